"""What an operation would do, asked of the API server without changing anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scaling_group.manifests.group import leaves_gap, loses_requests, objects, replaces_pods
from scaling_group.manifests.owned import ObjectRef
from scaling_group.operations.context import AllowedSpec
from scaling_group.operations.live import refs_in, refs_of, with_live_replicas
from scaling_group.operations.observed import ObservedGroup
from scaling_group.operations.protocols import ClusterReader, Object
from scaling_group.operations.repair import MANAGER, manager_of
from scaling_group.operations.scaling import left_to_others
from scaling_group.records import Record, Step
from scaling_group.reports import ObjectPlan, Plan
from scaling_group.rollout.drift import changed_by_others, key_of, left_by_apply, object_changes
from scaling_group.spec.change import Change, changes_between, gateway_changes, gpu_changes
from scaling_group.spec.route_kinds import swapped_route


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
    naming = (
        gpu_changes(record.environment, allowed.environment) if allowed.spec.gpu or allowed.spec.spot else []
    )
    return [*spec, *gateway_changes(record.environment, allowed.environment), *naming]


def plan_change(cluster: ClusterReader, group: ObservedGroup, allowed: AllowedSpec) -> Plan:
    """Return the plan of a live group that gets another spec; raises Failed as plan_creation does."""
    record, spec = group.record, allowed.spec
    changes = tuple(changes_of(record, allowed))
    left = left_to_others(group, spec)
    planned = (*_objects(cluster, record, allowed, group.objects, left=left), *_ended(group, allowed))
    changed = changes or any(each.action is not Step.UNCHANGED for each in planned)
    return Plan(
        name=record.name,
        action=Step.UPDATE if changed else Step.UNCHANGED,
        changes=changes,
        objects=planned,
        replaces_pods=replaces_pods(record.spec, spec, record.environment),
        leaves_gap=leaves_gap(record.spec, spec, record.environment),
        loses_requests=loses_requests(record.spec, spec, record.environment),
        becomes_private=spec.is_private and not record.spec.is_private,
        swaps_route=swapped_route((record.spec, record.environment), allowed) is not None,
    )


def plan_deletion(group: ObservedGroup) -> Plan:
    """Return the plan of a live group's end."""
    refs = refs_in(group.record)
    planned = tuple(_plan(refs[key], group.record, Step.DELETE) for key in group.surviving)
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
        _change(cluster, record, manifest, live.get(key_of(manifest)), left=left) for manifest in wanted
    )


def _ended(group: ObservedGroup, allowed: AllowedSpec) -> Iterator[ObjectPlan]:
    """Yield the end of what the spec has no more: what has scaled the group, or a path's route."""
    kept = refs_of(allowed.spec, allowed.environment)
    for key, ref in refs_in(group.record).items():
        if key not in kept and group.objects.get(key):
            yield _plan(ref, group.record, Step.DELETE)


def _change(
    cluster: ClusterReader, record: Record, manifest: Object, live: Object | None, *, left: bool
) -> ObjectPlan:
    ref = ObjectRef(str(manifest["kind"]), str(manifest["metadata"]["name"]))
    if live is None:
        cluster.apply(manifest, MANAGER, dry_run=True)
        return _plan(ref, record, Step.CREATE)
    sent = with_live_replicas(manifest, live, left=left)
    after = cluster.apply(sent, manager_of(live), dry_run=True)
    changes = object_changes(live, after) or _taken_back(sent, live)
    planned = _plan(ref, record, Step.UPDATE if changes else Step.UNCHANGED)
    return planned.model_copy(update={"changes": tuple(changes)})


def _taken_back(manifest: Object, live: Object) -> list[Change]:
    """Return what somebody has added: an apply leaves it, and the engine takes it away."""
    others = changed_by_others([manifest], {key_of(manifest): live}, autoscalers=True)
    left = {each.field for each in left_by_apply(others, [])}
    taken = (each for each in others if each.field not in left)
    return [Change(each.field.partition(" ")[2], each.after, each.before) for each in taken]


def _plan(ref: ObjectRef, record: Record, action: Step) -> ObjectPlan:
    return ObjectPlan(kind=ref.kind, namespace=record.environment.namespace, name=ref.name, action=action)
