"""What a snapshot leaves out before it is sent to somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: In place of the plain value of a variable.
LEFT_OUT = "(left out)"
#: Annotations that repeat the whole spec with its variables: a group's record, and kubectl's last apply.
REPEATING = ("/record", "/last-applied-configuration")


def without_values(found: Any) -> Any:
    """Return an object without plain values of variables, wherever it has them; names stay."""
    if isinstance(found, list | tuple):
        return [without_values(each) for each in found]
    if not isinstance(found, Mapping):
        return found
    return {key: _without(key, value) for key, value in found.items()}


def _without(key: str, value: Any) -> Any:
    if key == "env" and isinstance(value, list | tuple):
        return [_variable(each) for each in value]
    if key == "annotations" and isinstance(value, Mapping):
        return {name: text for name, text in value.items() if not str(name).endswith(REPEATING)}
    return without_values(value)


def _variable(found: Any) -> Any:
    return {**found, "value": LEFT_OUT} if isinstance(found, Mapping) and found.get("value") else found
