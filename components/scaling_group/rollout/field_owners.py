"""Who has set a field of a live object, as its managedFields say.

A field that admission has changed on the way stays with whoever applied it; one that somebody changes
afterwards becomes theirs, and one that they remove is nobody's.
https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from scaling_group.rollout.fields import Object, field, instant, part, parts, text

#: Keys of mappings and indexes of lists, from the object down.
Path = tuple[str | int, ...]
#: Names under which objects of groups are applied: by the engine's provider, and by ourselves.
OURS = ("pulumi-", "scaling-group")
#: Who scales for a HorizontalPodAutoscaler, or for a ScaledObject between 0 and 1.
AUTOSCALERS = ("kube-controller-manager", "keda")
SELF = "."
#: No key of a list's fields.
UNKNOWN = "i:"


class Owner(NamedTuple):
    """One manager of a field, with the time of the last thing that it set in the object."""

    manager: str
    time: datetime | None
    scales: bool

    @property
    def ours(self) -> bool:
        return self.manager.startswith(OURS)

    @property
    def autoscaler(self) -> bool:
        return self.scales and self.manager in AUTOSCALERS


def tracked(found: Object) -> bool:
    """Return whether the object says who has set what."""
    return bool(_entries(found))


def owners(found: Object, path: Path) -> list[Owner]:
    """Return who has set a field, or something within it."""
    return [_owner(entry) for entry in _entries(found) if _node(entry, found, path) is not None]


def elements_of_ours(found: Object, path: Path) -> int | None:
    """Return how many elements of a list are ours, None where the list is owned as a whole."""
    nodes = [_node(entry, found, path) for entry in _entries(found) if _owner(entry).ours]
    held = {key for node in nodes for key in node or {} if key != SELF}
    return len(held) if held else None


def _entries(found: Object) -> list[Object]:
    entries = parts(found, "metadata", "managedFields")
    return [entry for entry in entries if text(entry, "subresource") != "status"]


def _owner(entry: Object) -> Owner:
    scales = text(entry, "subresource") == "scale"
    return Owner(text(entry, "manager"), instant(entry, "time"), scales)


def _node(entry: Object, found: Object, path: Path) -> Object | None:
    """Return what an entry holds at a path, None for nothing; empty for what it holds as a whole."""
    node: Object = part(entry, "fieldsV1")
    value: Any = found
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, Sequence) and step < len(value) else None
            key = next((key for key in node if _is_key_of(key, value)), UNKNOWN)
        else:
            value = field(value, step)
            key = f"f:{step}"
        if not isinstance(node.get(key), Mapping):
            return None
        node = node[key]
        if not node:
            return node
    return node


def _is_key_of(key: str, element: Any) -> bool:
    """Return whether a key of a list's fields means this element: `k:{"name":"web"}`, `v:"a.example.com"`."""
    kind, _, written = key.partition(":")
    try:
        meant = orjson.loads(written) if kind in ("k", "v") else None
    except orjson.JSONDecodeError:
        return False
    if kind == "k" and isinstance(meant, Mapping) and isinstance(element, Mapping):
        return all(element.get(name) == value for name, value in meant.items())
    return kind == "v" and bool(meant == element)
