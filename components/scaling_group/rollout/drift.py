"""Where live objects differ from what the record says: somebody has changed them by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from scaling_group.spec.change import Change

Object = Mapping[str, Any]

#: Parts of an object that are ours to say. Annotations hold bookkeeping of many parties.
COMPARED = ("labels", "spec")


def drift(rendered: Iterable[Object], live: Mapping[str, Object | None]) -> list[Change]:
    """Return the fields of live objects, by kind, that are not as rendered.

    Fields that were never set are the API server's to fill in, and no drift. A missing object is
    one change without fields. before is what the record says, after what is there.
    """
    return [change for wanted in rendered for change in _of_object(wanted, live.get(str(wanted["kind"])))]


def _of_object(wanted: Object, found: Object | None) -> Iterator[Change]:
    kind = str(wanted["kind"])
    if found is None:
        yield Change(kind, "present", "missing")
        return
    for part in COMPARED:
        before = wanted["metadata"].get(part) if part == "labels" else wanted.get(part)
        after = found["metadata"].get(part) if part == "labels" else found.get(part)
        yield from _differences(f"{kind} {part}", before, after)


def _differences(path: str, wanted: Any, found: Any) -> Iterator[Change]:
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        for key, value in wanted.items():
            yield from _differences(f"{path}.{key}", value, found.get(key))
    elif _is_list(wanted) and _is_list(found) and len(wanted) == len(found):
        for index, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from _differences(f"{path}[{index}]", one, other)
    elif wanted != found and (wanted or found):
        yield Change(path, wanted, found)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
