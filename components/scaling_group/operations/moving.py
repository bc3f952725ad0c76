"""A group whose gateway the settings have changed since its last revision."""

from __future__ import annotations

from scaling_group.operations import preflight
from scaling_group.operations.context import AllowedSpec, Context
from scaling_group.operations.gpu_naming import kept
from scaling_group.operations.hosts import check_hosts_free
from scaling_group.records import Record
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.hostname import check_together, hosts_of


def present_environment(context: Context, record: Record) -> EnvironmentSpec:
    """Return where the next revision of a group lives: behind the gateway that the settings name today.

    How its nodes name their GPUs stays as it is recorded, unless the settings say.
    """
    today = context.environment
    naming = kept(today, record.environment, record.spec)
    return record.environment.model_copy(update={"gateway": today.gateway, **naming})


def check_movable(context: Context, record: Record, allowed: AllowedSpec) -> None:
    """Raise where the objects of the next revision could not be made, or its gateway would not serve the
    group under all of its hostnames.

    Raises as check_further, check_together, check_gateway and check_hosts_free do; nothing has changed then.
    """
    spec, environment = allowed
    cluster, hosts = context.cluster, hosts_of(spec, environment)
    moved = bool(hosts) and record.environment.gateway != environment.gateway
    added = [host for host in hosts if host not in record.hosts]
    preflight.check_further(cluster, record, spec, environment)
    if not (moved or added):
        return
    check_together(spec, environment)
    preflight.check_gateway(cluster, environment, record.name, hosts if moved else added)
    if added:
        check_hosts_free(cluster, environment, record.name, added, context.report, own_id=record.id)
