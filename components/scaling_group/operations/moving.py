"""A group whose gateway the settings have changed since its last revision."""

from __future__ import annotations

from scaling_group.operations import preflight
from scaling_group.operations.context import Context
from scaling_group.records import Record
from scaling_group.spec.environment import EnvironmentSpec


def present_environment(context: Context, record: Record) -> EnvironmentSpec:
    """Return where the next revision of a group lives: behind the gateway that the settings name today.

    How its nodes name their GPUs stays as it is recorded, unless the settings say.
    """
    today = context.environment
    naming = {"gpu_profile": today.gpu_profile} if today.gpu_profile else {}
    return record.environment.model_copy(update={"gateway": today.gateway, **naming})


def check_movable(context: Context, record: Record, environment: EnvironmentSpec) -> None:
    """Raise where another gateway than that of the record would not serve the group.

    Raises as check_gateway and check_hostname_free do; nothing has changed then.
    """
    before, after = record.environment.gateway, environment.gateway
    if before == after or after is None:
        return
    preflight.check_gateway(context.cluster, environment, record.name)
    if before is None or before.domain != after.domain:
        preflight.check_hostname_free(context.cluster, environment, record.name, own_id=record.id)
