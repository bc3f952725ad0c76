"""A group whose gateway the settings have changed since its last revision."""

from __future__ import annotations

from scaling_group.operations import preflight
from scaling_group.operations.context import AllowedSpec, Context
from scaling_group.operations.gpu_naming import kept
from scaling_group.operations.hosts import check_hosts_free
from scaling_group.records import Record
from scaling_group.spec.environment import EnvironmentSpec, GatewaySpec
from scaling_group.spec.hostname import check_together, hosts_of
from scaling_group.spec.route_kinds import swapped_route


def present_environment(context: Context, record: Record) -> EnvironmentSpec:
    """Return where the next revision of a group lives: behind the gateway that the settings name today.

    How its nodes name their GPUs stays as it is recorded, unless the settings say.
    """
    today = context.environment
    naming = kept(today, record.environment, record.spec)
    gateway = _with_choice(record.environment.gateway, today.gateway)
    return record.environment.model_copy(update={"gateway": gateway, **naming})


def _with_choice(before: GatewaySpec | None, today: GatewaySpec | None) -> GatewaySpec | None:
    """Return today's gateway with the kind of route that was chosen, where it is still the same listener."""
    if before is None or today is None or today.grpc_routes is not None:
        return today
    same = (before.namespace, before.name, before.section) == (today.namespace, today.name, today.section)
    return today.model_copy(update={"grpc_routes": before.grpc_routes}) if same else today


def check_movable(context: Context, record: Record, allowed: AllowedSpec) -> None:
    """Raise where the objects of the next revision could not be made, or its gateway would not serve the
    group under all of its hostnames.

    Raises as check_further, check_together, check_gateway and check_hosts_free do; nothing has changed then.
    """
    spec, environment = allowed
    cluster, hosts = context.cluster, hosts_of(spec, environment)
    moved = bool(hosts) and record.environment.gateway != environment.gateway
    added = [host for host in hosts if host not in record.hosts]
    swapped = swapped_route((record.spec, record.environment), allowed) is not None
    preflight.check_further(cluster, record, spec, environment)
    if not (moved or added or swapped):
        return
    check_together(spec, environment)
    preflight.check_gateway(cluster, spec, environment, hosts if moved or swapped else added)
    if wanted := hosts if swapped else added:
        check_hosts_free(
            cluster,
            environment,
            record.name,
            wanted,
            context.report,
            own_id=record.id,
            grpc=spec.protocol == "grpc",
        )
