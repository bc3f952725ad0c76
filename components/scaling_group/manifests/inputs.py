"""A group as the builders read it, and how they treat values that are not known yet.

In a Pulumi program a field can be an Output. Builders put such a value where it belongs and never look
inside; what they must compute from it goes through `Apply`. Names, ports, selectors and label keys are
always plain, so that a preview never sees an unknown selector, which the engine would announce as a
replacement of the Deployment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec

#: Calls a function with fields: at once for plain values, later where one of them is an Output.
Apply = Callable[..., Any]

Manifest = dict[str, Any]


def apply_now(function: Callable[..., Any], *fields: Any) -> Any:
    """The Apply of plain values."""
    return function(*fields)


class GroupInputs(NamedTuple):
    """What a group is built from. In a program, fields of spec but name and port can be Outputs."""

    id: str
    spec: GroupSpec
    environment: EnvironmentSpec
    apply: Apply = apply_now
