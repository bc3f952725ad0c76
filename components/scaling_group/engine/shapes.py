"""The form of what the engine has written or printed, checked once where they come in.

Every function raises OtherForm, which is a ValueError as that of text that is no JSON is. A part that is
null or not there is empty: the engine leaves out what is.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from scaling_group.naming import PROJECT, RECORD_KEY

Object = dict[str, Any]


class OtherForm(ValueError):
    """A part is not of the form that it has to have."""


class Resource(NamedTuple):
    """One resource of a deployment; what is read of its inputs and outputs depends on its type."""

    type: str
    urn: str
    inputs: Object
    outputs: Object


class Deployment(NamedTuple):
    """The inner part of a checkpoint, and of what `stack export` prints."""

    resources: tuple[Resource, ...] = ()


class Entry(NamedTuple):
    """One entry of a history; record: empty where it ran with none."""

    kind: str
    result: str
    record: Object


def checkpoint_of(value: Any) -> Deployment:
    """Return what the file of a stack holds."""
    return deployment_of(mapping(mapping(value, "checkpoint"), "latest"))


def exported_of(value: Any) -> Deployment:
    """Return what `stack export` prints."""
    return deployment_of(mapping(value, "deployment"))


def deployment_of(value: Any) -> Deployment:
    if not isinstance(value, dict):
        raise OtherForm("a deployment is no mapping")
    return Deployment(tuple(map(_resource, listed(value.get("resources"), "resources"))))


def _resource(value: Any) -> Resource:
    return Resource(
        text(value, "type"), text(value, "urn"), mapping(value, "inputs"), mapping(value, "outputs")
    )


def entry_of(value: Any) -> Entry:
    config = mapping(value, "config")
    return Entry(
        text(value, "kind"), text(value, "result"), _record(mapping(config, f"{PROJECT}:{RECORD_KEY}"))
    )


def entries_of(value: Any) -> list[Entry]:
    """Return what `stack history --json` prints."""
    return list(map(entry_of, listed(value, "the history")))


def names_of(value: Any) -> list[str]:
    """Return the stacks that `stack ls --json` prints."""
    return [text(each, "name") for each in listed(value, "the list of stacks")]


def _record(value: Object) -> Object:
    """Return a record as a history file holds it, or as `stack history --json` prints it."""
    if "spec" in value:
        return value
    held = "objectValue" if "objectValue" in value else "value"
    if isinstance(value.get(held), str):
        value = {held: orjson.loads(value[held])}
    return mapping(value, held)


def mapping(holder: Any, key: str) -> Object:
    """Return the mapping of a name in a mapping, empty where there is none."""
    if isinstance(holder, dict):
        found = holder.get(key)
        if isinstance(found, dict):
            return found
        if found is None:
            return {}
    raise OtherForm(f"{key} is no mapping, or what holds it is none")


def text(holder: Any, key: str) -> str:
    """Return the text of a name in a mapping, empty where there is none."""
    if isinstance(holder, dict):
        found = holder.get(key)
        if isinstance(found, str):
            return found
        if found is None:
            return ""
    raise OtherForm(f"{key} is no text, or what holds it is no mapping")


def listed(found: Any, what: str) -> list[Any]:
    """Return a list, an empty one in place of nothing."""
    if found is None:
        return []
    if not isinstance(found, list):
        raise OtherForm(f"{what} is no list")
    return found
