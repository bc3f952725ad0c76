"""Wait for what somebody has begun, here or elsewhere."""

from __future__ import annotations

from enum import StrEnum

from scaling_group.errors import NotFound
from scaling_group.operations.get import Origin, known_record
from scaling_group.operations.protocols import WARNING, ClusterReader, Reader, Report
from scaling_group.operations.rollout import wait_available
from scaling_group.operations.views import stored_view
from scaling_group.operations.wait import wait_gone
from scaling_group.records import GroupView
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.warnings import ended_early


class Goal(StrEnum):
    """What can be waited for."""

    AVAILABLE = "available"
    DELETED = "deleted"


def wait_for(
    reader: Reader,
    cluster: ClusterReader,
    environment: EnvironmentSpec,
    name: str,
    goal: Goal,
    timeout: float,
    report: Report,
) -> GroupView:
    """Return the group once it is so; nothing is changed.

    Raises NotFound for an unknown name, and for a deleted one that is to be available; RolloutFailed
    or Failed where it does not become so, after `timeout` seconds at the latest.
    """
    record, origin = known_record(reader.read(environment.id, name), cluster, environment, name)
    if goal is Goal.AVAILABLE:
        if origin is Origin.DELETED:
            raise NotFound(
                f"{name} is deleted", resolution=f"Bring it back with: scaling-group restore --name={name}"
            )
        if early := ended_early(record.spec, timeout):
            report(f"{WARNING}{early}")
        return wait_available(cluster, record, timeout, report)
    wait_gone(cluster, record, timeout, report, deleted=origin is Origin.DELETED)
    state = reader.read(environment.id, name)
    return stored_view(state.record or record, live=state.live)
