"""Wait for what somebody has begun, here or elsewhere."""

from __future__ import annotations

from enum import StrEnum

from scaling_group.errors import NotFound
from scaling_group.operations.context import Context
from scaling_group.operations.gone import wait_gone
from scaling_group.operations.observed import Origin, known_group
from scaling_group.operations.protocols import WARNING
from scaling_group.operations.rollout import wait_available
from scaling_group.operations.views import stored_view
from scaling_group.records import GroupView
from scaling_group.spec.warnings import ended_early


class Goal(StrEnum):
    """What can be waited for."""

    AVAILABLE = "available"
    DELETED = "deleted"


def wait_for(context: Context, name: str, goal: Goal, timeout: float) -> GroupView:
    """Return the group once it is so; nothing is changed.

    Raises NotFound for an unknown name, and for a deleted one that is to be available; RolloutFailed
    or Failed where it does not become so, after `timeout` seconds at the latest.
    """
    group = known_group(context, name)
    record, origin = group.record, group.origin
    if goal is Goal.AVAILABLE:
        if origin is Origin.DELETED:
            raise NotFound(
                f"{name} is deleted", resolution=f"Bring it back with: scaling-group restore --name={name}"
            )
        if early := ended_early(record.spec, timeout):
            context.report(f"{WARNING}{early}")
        return wait_available(context, record, timeout)
    wait_gone(context, record, timeout, deleted=origin is Origin.DELETED)
    state = context.reader.read(context.environment.id, name)
    return stored_view(state.record or record, live=state.live)
