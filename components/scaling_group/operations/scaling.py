"""Who decides on the number of Pods: the group, its autoscaler, or somebody else's."""

from __future__ import annotations

from scaling_group.errors import Failed, Forbidden
from scaling_group.manifests.group import objects
from scaling_group.manifests.permissions import creation_permissions
from scaling_group.operations.live import is_of, not_ours, owner_id, uid_of
from scaling_group.operations.observed import ObservedGroup
from scaling_group.operations.protocols import WARNING, ClusterReader, Report
from scaling_group.operations.repair import MANAGER
from scaling_group.records import Record
from scaling_group.rollout.fields import field
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.scalers import HPA, KEDA_GROUP, SCALED_OBJECT

NO_KEDA = (
    "Install it (https://keda.sh/docs/latest/deploy/), or scale by cpu, memory, pods or external, "
    "which need no KEDA."
)
NO_ZERO = (
    "The API server knows min 0 since Kubernetes 1.37, or with its feature gate HPAScaleToZero. "
    "Set min to 1, or ask a Prometheus with prometheus, which KEDA scales to zero."
)


def check_scalable(cluster: ClusterReader, record: Record, spec: GroupSpec, held: str | None = None) -> None:
    """Raise Failed where this cluster cannot scale a group so, Conflict where another object has the name,
    Forbidden where this user may not make what scales it.

    record: of the group as it is, or as it is going to be. held: the kind of what scales it already, of
    which is known whose it is. Asks for a group that is autoscaled alone.
    """
    kind = spec.autoscaler_kind
    if kind is None or spec.autoscale is None:
        return
    if kind == SCALED_OBJECT and "scaledobjects" not in cluster.served(KEDA_GROUP, "v1alpha1"):
        given = "schedule" if spec.autoscale.schedule else "prometheus"
        raise Failed(
            f"{record.name} scales by {given}, which needs KEDA, and KEDA is not installed",
            resolution=NO_KEDA,
        )
    _check_permission(cluster, record, kind)
    if kind != held:
        _check_name(cluster, record.environment, record, kind)
    if kind == HPA and spec.autoscale.min == 0:
        _check_zero(cluster, record, spec)


def _check_permission(cluster: ClusterReader, record: Record, kind: str) -> None:
    missing = cluster.lacking(creation_permissions(record.environment, [kind]))
    if missing:
        raise Forbidden(
            f"this user may not create the {kind} that scales {record.name}",
            detail="Missing permissions:\n" + "\n".join(f"  {right}" for right in missing),
            resolution="Have an administrator grant them (docs/rbac.yaml), "
            "or give a fixed number with --replicas.",
        )


def _check_name(cluster: ClusterReader, environment: EnvironmentSpec, record: Record, kind: str) -> None:
    found = cluster.get(kind, environment.namespace, record.name)
    if found and owner_id(found, environment) != record.id:
        why = "It has the name under which this group is to be scaled."
        raise not_ours(kind, environment.namespace, record.name, why)


def _check_zero(cluster: ClusterReader, record: Record, spec: GroupSpec) -> None:
    wanted = objects(spec, record.environment, record.id, {})
    [scaler] = [each for each in wanted if each["kind"] == HPA]
    try:
        cluster.apply(scaler, MANAGER, dry_run=True)
    except Failed as error:
        if "minReplicas" not in error.detail:
            raise
        raise Failed(
            f"this cluster does not scale {record.name} to zero", detail=error.detail, resolution=NO_ZERO
        ) from None


def left_to_others(group: ObservedGroup, spec: GroupSpec) -> bool:
    """Return whether somebody else's autoscaler decides on the Pods of a group that says a number."""
    return spec.autoscale is None and bool(group.others_autoscaler)


def fixed_where_it_is(group: ObservedGroup, spec: GroupSpec) -> GroupSpec:
    """Return a spec that is autoscaled no more, with the number of Pods that there are."""
    count = field(group.seen.deployment, "spec", "replicas")
    return spec.model_copy(update={"replicas": count}) if isinstance(count, int) else spec


def say_left(group: ObservedGroup, spec: GroupSpec, report: Report) -> None:
    """Say that the number of Pods of a revision has no effect, where that is so."""
    other = group.others_autoscaler
    if other is None or spec.autoscale:
        return
    count = field(group.seen.deployment, "spec", "replicas")
    where = f"{group.record.environment.namespace}/{other['metadata']['name']}"
    report(
        f"{WARNING}the {HPA} {where}, which is not this group's, scales {group.record.name}: "
        f"its number of Pods ({count}) is left as it is, and replicas ({spec.replicas}) has no effect"
    )


def delete_other_kind(cluster: ClusterReader, group: ObservedGroup, spec: GroupSpec) -> None:
    """Delete what has scaled a group before something of the other kind does.

    KEDA refuses a ScaledObject where an HPA scales already, and two would fight.
    """
    before, after = group.record.spec.autoscaler_kind, spec.autoscaler_kind
    found = group.objects.get(before or "")
    if before and after and before != after and found and is_of(group.record, found):
        environment = group.record.environment
        cluster.delete(before, environment.namespace, group.record.name, uid_of(found))
