"""Bring a live group under this backend: its state is lost, or another backend holds it."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.applied import AppliedObject
from scaling_group.errors import Conflict, NotFound
from scaling_group.manifests.group import objects
from scaling_group.operations.applying import ChangeOptions, next_revision, wait
from scaling_group.operations.context import AllowedSpec, Context
from scaling_group.operations.live import with_live_replicas
from scaling_group.operations.observed import ObservedGroup, Origin, observe
from scaling_group.operations.owned import check_ours
from scaling_group.operations.preflight import check_same_namespace
from scaling_group.operations.protocols import Object
from scaling_group.operations.repair import applied_annotations, manager_of
from scaling_group.operations.revising import revise
from scaling_group.records import Action, GroupView, Record
from scaling_group.rollout.drift import key_of


@dataclass(frozen=True)
class Adopt:
    """The record is the one that the Deployment carries. Objects stay what they are, and so do pods."""

    name: str
    by: ChangeOptions

    def run(self, context: Context) -> GroupView:
        """Return the group.

        Raises NotFound where there is none, Conflict where it belongs to this backend already, or to a
        Pulumi program, and as an update does.
        """
        with context.locked(self.name) as writer:
            group, allowed = adoptable(context, self.name)
            record = self._record(context, group, allowed)
            context.report(f"adopting {self.name} as revision {record.revision}")
            if not group.state.exists:
                writer.create_stack(record, context.report)
            writer.adopt(record, _applied(group), context.report)
            revise(context, group, record)
        return wait(context, record, self.by.timeout)

    def _record(self, context: Context, group: ObservedGroup, allowed: AllowedSpec) -> Record:
        newest = context.reader.newest(context.environment.id, self.name) if group.state.exists else None
        used = newest.record.revision if newest else 0
        before = group.record.with_(
            revision=max(group.record.revision, used),
            namespace_uid=group.uid,
            adopted=group.record.adopted + 1,
        )
        return next_revision(before, allowed, Action.ADOPT, self.by)


def adoptable(context: Context, name: str) -> tuple[ObservedGroup, AllowedSpec]:
    """Return a live group that this backend does not hold; raises NotFound and Conflict as Adopt does."""
    group = observe(context, name, identify=True)
    record = group.record
    if group.origin is Origin.DELETED:
        raise NotFound(
            f"{name} is deleted", resolution=f"Bring it back with: scaling-group restore --name={name}"
        )
    if group.origin is Origin.OWN:
        raise Conflict(
            f"{name} belongs to this backend already",
            resolution=f"See it with: scaling-group get --name={name}",
        )
    if record.source:
        raise Conflict(
            f"{name} belongs to a Pulumi program",
            detail=f"The Pulumi stack {record.source} owns it and would go on changing it.",
            resolution="Change it with that program.",
        )
    check_same_namespace(record, context.environment)
    check_ours(group)
    return group, context.allow(record.spec, record.environment)


def _applied(group: ObservedGroup) -> list[AppliedObject]:
    """Return the objects that there are, as the engine of the owner before has applied them."""
    record, found = group.record, group.surviving
    wanted = objects(record.spec, record.environment, record.id, {})
    there = [(manifest, found[key]) for manifest in wanted if (key := key_of(manifest)) in found]
    left = record.scaled_by_others
    return [
        AppliedObject(_as_applied(with_live_replicas(each, live, left=left), live), live, manager_of(live))
        for each, live in there
    ]


def _as_applied(manifest: Object, live: Object) -> Object:
    annotations = applied_annotations(live)
    more = {"annotations": annotations} if annotations else {}
    return {**manifest, "metadata": {**manifest["metadata"], **more}}
