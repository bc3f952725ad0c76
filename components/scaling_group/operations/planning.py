"""What an operation would do, asked of the API server without changing anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scaling_group.manifests.group import leaves_gap, loses_requests, objects, replaces_pods
from scaling_group.operations.context import AllowedSpec
from scaling_group.operations.live import with_live_replicas
from scaling_group.operations.observed import ObservedGroup
from scaling_group.operations.protocols import ClusterReader, Object
from scaling_group.operations.repair import MANAGER, manager_of
from scaling_group.operations.scaling import left_to_others
from scaling_group.records import Record, Step
from scaling_group.reports import ObjectPlan, Plan
from scaling_group.rollout.drift import changed_by_others, left_by_apply, object_changes
from scaling_group.spec.change import Change, changes_between, gateway_changes, gpu_changes
from scaling_group.spec.group import GroupSpec


def plan_creation(cluster: ClusterReader, record: Record) -> Plan:
    """Return the plan of a group of which nothing exists; raises Failed where an object would be refused."""
    return Plan(
        name=record.name,
        action=Step.CREATE,
        objects=_objects(cluster, record, AllowedSpec(record.spec, record.environment), {}),
    )


def changes_of(record: Record, allowed: AllowedSpec) -> list[Change]:
    """Return what the next revision changes: of the spec, of the gateway, and of how nodes are chosen."""
    spec = changes_between(record.spec, allowed.spec)
    naming = gpu_changes(record.environment, allowed.environment) if allowed.spec.gpu else []
    return [*spec, *gateway_changes(record.environment, allowed.environment), *naming]


def plan_change(cluster: ClusterReader, group: ObservedGroup, allowed: AllowedSpec) -> Plan:
    """Return the plan of a live group that gets another spec; raises Failed as plan_creation does."""
    record, spec = group.record, allowed.spec
    changes = tuple(changes_of(record, allowed))
    left = left_to_others(group, spec)
    planned = (*_objects(cluster, record, allowed, group.objects, left=left), *_scaled_no_more(group, spec))
    changed = changes or any(each.action is not Step.UNCHANGED for each in planned)
    return Plan(
        name=record.name,
        action=Step.UPDATE if changed else Step.UNCHANGED,
        changes=changes,
        objects=planned,
        replaces_pods=replaces_pods(record.spec, spec, record.environment),
        leaves_gap=leaves_gap(record.spec, spec, record.environment),
        loses_requests=loses_requests(record.spec, spec, record.environment),
    )


def plan_deletion(group: ObservedGroup) -> Plan:
    """Return the plan of a live group's end."""
    planned = tuple(_plan(kind, group.record, Step.DELETE) for kind in group.surviving)
    return Plan(name=group.record.name, action=Step.DELETE, objects=planned)


def _objects(
    cluster: ClusterReader,
    record: Record,
    allowed: AllowedSpec,
    live: Mapping[str, Object | None],
    *,
    left: bool = False,
) -> tuple[ObjectPlan, ...]:
    wanted = objects(allowed.spec, allowed.environment, record.id, {})
    return tuple(
        _change(cluster, record, manifest, live.get(manifest["kind"]), left=left) for manifest in wanted
    )


def _scaled_no_more(group: ObservedGroup, spec: GroupSpec) -> Iterator[ObjectPlan]:
    """Yield the end of what has scaled a group, where something else or nothing does."""
    kind = group.record.spec.autoscaler_kind
    if kind and kind != spec.autoscaler_kind and group.objects.get(kind):
        yield _plan(kind, group.record, Step.DELETE)


def _change(
    cluster: ClusterReader, record: Record, manifest: Object, live: Object | None, *, left: bool
) -> ObjectPlan:
    kind = str(manifest["kind"])
    if live is None:
        cluster.apply(manifest, MANAGER, dry_run=True)
        return _plan(kind, record, Step.CREATE)
    sent = with_live_replicas(manifest, live, left=left)
    after = cluster.apply(sent, manager_of(live), dry_run=True)
    changes = object_changes(live, after) or _taken_back(sent, live)
    planned = _plan(kind, record, Step.UPDATE if changes else Step.UNCHANGED)
    return planned.model_copy(update={"changes": tuple(changes)})


def _taken_back(manifest: Object, live: Object) -> list[Change]:
    """Return what somebody has added: an apply leaves it, and the engine takes it away."""
    others = changed_by_others([manifest], {manifest["kind"]: live}, autoscalers=True)
    left = {each.field for each in left_by_apply(others, [])}
    taken = (each for each in others if each.field not in left)
    return [Change(each.field.partition(" ")[2], each.after, each.before) for each in taken]


def _plan(kind: str, record: Record, action: Step) -> ObjectPlan:
    return ObjectPlan(kind=kind, namespace=record.environment.namespace, name=record.name, action=action)
