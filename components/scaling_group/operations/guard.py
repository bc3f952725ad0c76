"""What a spec has to pass before it becomes a revision."""

from __future__ import annotations

from collections.abc import Callable

from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec

#: Raises where a spec must not be applied in an environment; asked before anything is changed.
Guard = Callable[[GroupSpec, EnvironmentSpec], None]


def unguarded(_spec: GroupSpec, _environment: EnvironmentSpec) -> None:
    """Let every spec pass."""
