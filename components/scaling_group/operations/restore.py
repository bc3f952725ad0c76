"""Restore a group under its old id: one that was deleted, or whose namespace or cluster is gone."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Conflict
from scaling_group.operations import preflight
from scaling_group.operations.applying import ChangeOptions, next_revision, unfinished, wait
from scaling_group.operations.context import AllowedSpec, Context
from scaling_group.operations.gpu_fit import say_unfit
from scaling_group.operations.history import history, latest_record, spec_of
from scaling_group.operations.lost import LostGroup, find_lost
from scaling_group.operations.metrics_apis import say_unmeasured
from scaling_group.operations.moving import present_environment
from scaling_group.operations.observed import KnownGroup, Origin, known_group
from scaling_group.operations.revising import apply_revision
from scaling_group.operations.scaling import check_scalable
from scaling_group.records import Action, GroupView, Record
from scaling_group.spec.group import GroupSpec


@dataclass(frozen=True)
class Restore:
    """revision: which spec to bring back, None for the last one.

    cluster_gone: the user says that the cluster of a group that is not where the settings lead is gone.
    """

    name: str
    by: ChangeOptions
    revision: int | None = None
    cluster_gone: bool = False

    def run(self, context: Context) -> GroupView:
        """Return the group; raises Conflict where it lives, or its name or hostname is taken."""
        with context.locked(self.name) as writer:
            record, allowed, lost = self._target(context)
            restored = next_revision(record, allowed, Action.RESTORE, self.by)
            if lost:
                context.report(lost.warning)
                writer.abandon(lost.record, context.report)
            context.report(f"restoring {self.name} as revision {restored.revision}")
            say_unmeasured(context.cluster, restored.spec, context.report)
            say_unfit(context.cluster, restored, context.report)
            apply_revision(context, restored)
        return wait(context, restored, self.by.timeout)

    def _target(self, context: Context) -> tuple[Record, AllowedSpec, LostGroup | None]:
        uid = preflight.cluster_identity(context.cluster, context.environment)
        lost = find_lost(context, self.name)
        if lost:
            lost.check_given_up(cluster_gone=self.cluster_gone)
        record = lost.record if lost else self._deleted(context)
        preflight.check_same_namespace(record, context.environment)
        environment = present_environment(context, record)
        spec = self._spec(record, context)
        preflight.check_creatable(context.cluster, spec, environment, context.report)
        allowed = context.allow(spec, environment)
        check_scalable(context.cluster, record, allowed.spec)
        return record.with_(namespace_uid=uid), allowed, lost

    def _deleted(self, context: Context) -> Record:
        group = known_group(context, self.name)
        if group.origin is not Origin.DELETED:
            raise Conflict(f"{self.name} is not deleted", resolution=_way_on(context, group))
        return latest_record(context, group.record)

    def _spec(self, record: Record, context: Context) -> GroupSpec:
        if self.revision is None:
            return record.spec
        entries = history(context, self.name)
        return spec_of([entry for entry in entries if entry.id == record.id], self.name, self.revision)


def _way_on(context: Context, group: KnownGroup) -> str:
    """Return what to do about a group that is not deleted, or no more: a restore may have been killed."""
    name = group.record.name
    if group.origin is Origin.OWN and unfinished(group.record, context.reader):
        return f"Finish what was begun with: scaling-group update --name={name}"
    return f"See it with: scaling-group get --name={name}; go back with: scaling-group rollback --name={name}"
