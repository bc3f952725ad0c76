"""Where live objects differ from what the record says: somebody has changed them by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from scaling_group.rollout.fields import field, parts
from scaling_group.spec.change import Change

Object = Mapping[str, Any]
#: Where a Deployment holds the image of the group.
IMAGE = "spec.template.spec.containers[0].image"


def drift(rendered: Iterable[Object], live: Mapping[str, Object | None]) -> list[Change]:
    """Return the fields of live objects, by kind, that are not as rendered.

    Labels and spec are compared; annotations hold bookkeeping of many parties. Fields that were
    never set are the API server's to fill in, and no drift. A missing object is one change without
    fields. before is what the record says, after what is there.
    """
    return [change for wanted in rendered for change in _of_object(wanted, live.get(str(wanted["kind"])))]


def _of_object(wanted: Object, found: Object | None) -> Iterator[Change]:
    kind = str(wanted["kind"])
    if found is None:
        yield Change(kind, "present", "missing")
        return
    for path, before, after in _parts(wanted, found):
        yield from _differences(f"{kind} {path}", before, after, whole=False)


def set_by_hand(replicas: int, image: str, found: Object) -> list[Change]:
    """Return what people change most, where a Deployment does not have it as its record says.

    A list of a thousand groups has no time to compare every field.
    """
    named: list[tuple[str, Any, Any]] = [
        ("Deployment spec.replicas", replicas, field(found, "spec", "replicas"))
    ]
    containers = parts(found, "spec", "template", "spec", "containers")
    named += [(f"Deployment {IMAGE}", image, each.get("image")) for each in containers[:1]]
    return [Change(path, before, after) for path, before, after in named if before != after]


def object_changes(before: Object, after: Object) -> list[Change]:
    """Return every field of labels and spec that differs between two states of one object."""
    return [
        change
        for path, old, new in _parts(before, after)
        for change in _differences(path, old, new, whole=True)
    ]


def _parts(before: Object, after: Object) -> Iterator[tuple[str, Any, Any]]:
    yield "labels", before["metadata"].get("labels"), after["metadata"].get("labels")
    yield "spec", before.get("spec"), after.get("spec")


def _differences(path: str, before: Any, after: Any, *, whole: bool) -> Iterator[Change]:
    """Yield the fields that differ; whole: those that only `after` has too."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        more = [key for key in after if key not in before] if whole else []
        for key in (*before, *more):
            yield from _differences(f"{path}.{key}", before.get(key), after.get(key), whole=whole)
    elif _is_list(before) and _is_list(after) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _differences(f"{path}[{index}]", one, other, whole=whole)
    elif before != after and (before or after):
        yield Change(path, before, after)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
