"""Where live objects differ from what the record says, and whether somebody has changed them by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from scaling_group.naming import NAME_LABEL, object_key
from scaling_group.rollout.field_owners import Path, elements_of_ours, owners, tracked
from scaling_group.rollout.fields import field, labels_of, name_of, parts
from scaling_group.spec.change import Change, LiveChange

Object = Mapping[str, Any]
#: Where a Deployment holds the image of the group.
IMAGE: Path = ("spec", "template", "spec", "containers", 0, "image")
REPLICAS: Path = ("spec", "replicas")
LABELS: Path = ("metadata", "labels")


def drift(rendered: Iterable[Object], live: Mapping[str, Object | None]) -> list[LiveChange]:
    """Return the fields of live objects, by key_of, that are not as rendered, whoever has made them so.

    Labels and spec are compared; annotations hold bookkeeping of many parties. Fields that were
    never set are the API server's to fill in, and no drift. A missing object is one change without
    fields. before is what the record says, after what is there.
    """
    return [_told(path, change, live) or change for path, change in _compared(rendered, live)]


def changed_by_others(
    rendered: Iterable[Object], live: Mapping[str, Object | None], *, autoscalers: bool = False
) -> list[LiveChange]:
    """Return the drift that somebody has made after the last apply of ours.

    What admission makes of our own apply is left out, and unless asked for replicas that an autoscaler has
    set. Counts only where what was applied last is what is rendered: a field of an apply that has not
    arrived would look like one that admission has changed.
    """
    told = (_told(path, change, live, autoscalers) for path, change in _compared(rendered, live))
    return [change for change in told if change]


def set_by_hand(replicas: int | None, image: str, found: Object) -> list[LiveChange]:
    """Return what people change most, where a Deployment does not have it as its record says.

    replicas: None where an autoscaler decides on them. A list of a thousand groups has no time to compare
    every field.
    """
    live = field(found, "spec", "replicas")
    named: list[tuple[Path, Any, Any]] = [] if replicas is None else [(REPLICAS, replicas, live)]
    containers = parts(found, "spec", "template", "spec", "containers")
    named += [(IMAGE, image, each.get("image")) for each in containers[:1]]
    changes = [(path, _change("Deployment", path, *both)) for path, *both in named if both[0] != both[1]]
    told = (_told(path, change, {"Deployment": found}) for path, change in changes)
    return [change for change in told if change]


def object_changes(before: Object, after: Object) -> list[Change]:
    """Return every field of labels and spec that differs between two states of one object."""
    return [
        Change(_written(path), old, new)
        for root, *both in _parts(before, after)
        for path, old, new in _differences(root, *both, whole=True)
    ]


def left_by_apply(changes: Iterable[Change], answered: Iterable[Change]) -> list[Change]:
    """Return the changes of one object that an apply of ours would not take back.

    answered: what the API server says such an apply changes. It says nothing of an element that somebody has
    added to a list, and of a field that they have taken away.
    """
    fields = {change.field for change in answered}
    plain = (c for c in changes if c.after is not None and not isinstance(c.before, list | Mapping))
    return [change for change in plain if change.field.partition(" ")[2] not in fields]


def _compared(
    rendered: Iterable[Object], live: Mapping[str, Object | None]
) -> Iterator[tuple[Path, LiveChange]]:
    """Yield what differs, with the path within its object; that of a missing one is empty."""
    for wanted in rendered:
        key = key_of(wanted)
        found = live.get(key)
        if found is None:
            yield (), LiveChange(key, "present", "missing", "", None)
            continue
        for root, *both in _parts(wanted, found):
            for path, before, after in _differences(root, *both, whole=False):
                yield path, _change(key, path, before, after)


def _told(
    path: Path, change: LiveChange, live: Mapping[str, Object | None], autoscalers: bool = False
) -> LiveChange | None:
    """Return the change with who has made it, None where that was admission, or an autoscaler."""
    found = live.get(change.field.partition(" ")[0])
    if not found or not tracked(found):
        return change
    held = owners(found, path)
    others = sorted((o for o in held if not o.ours), key=lambda owner: str(owner.time or ""))
    if not others:
        return None if held and not _lacks_one(found, path, change) else change
    if path == REPLICAS and others[-1].autoscaler and not autoscalers:
        return None
    return replace(change, manager=others[-1].manager, time=others[-1].time)


def _lacks_one(found: Object, path: Path, change: Change) -> bool:
    """Return whether an element of a list is no longer ours: somebody has taken it away."""
    ours = elements_of_ours(found, path) if _is_list(change.before) else None
    return ours is not None and ours < len(change.before)


def key_of(rendered: Object) -> str:
    """Return what tells a rendered object from the others of its group."""
    group = labels_of(rendered)[NAME_LABEL]
    return object_key(str(rendered["kind"]), name_of(rendered), str(group))


def _change(kind: str, path: Path, before: Any, after: Any) -> LiveChange:
    return LiveChange(f"{kind} {_written(path)}", before, after, "", None)


def _written(path: Path) -> str:
    """Return a path as people read it: `spec.ports[0].port`, `labels.team`."""
    shown = path[1:] if path[:2] == LABELS else path
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in shown).lstrip(".")


def _parts(before: Object, after: Object) -> Iterator[tuple[Path, Any, Any]]:
    yield LABELS, before["metadata"].get("labels"), after["metadata"].get("labels")
    yield ("spec",), before.get("spec"), after.get("spec")


def _differences(path: Path, before: Any, after: Any, *, whole: bool) -> Iterator[tuple[Path, Any, Any]]:
    """Yield the fields that differ; whole: those that only `after` has too."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        more = [key for key in after if key not in before] if whole else []
        for key in (*before, *more):
            yield from _differences((*path, key), before.get(key), after.get(key), whole=whole)
    elif _is_list(before) and _is_list(after) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _differences((*path, index), one, other, whole=whole)
    elif before != after and (before or after):
        yield path, before, after


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
