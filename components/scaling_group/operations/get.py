"""Read one group."""

from __future__ import annotations

from scaling_group.operations.context import Context
from scaling_group.operations.observed import observe
from scaling_group.records import GroupView


def get(context: Context, name: str) -> GroupView:
    """Return a group with its live status, a deleted one from its record; raises NotFound."""
    return observe(context, name, causes=True).described
