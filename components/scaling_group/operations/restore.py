"""Restore a deleted group under its old id."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Conflict
from scaling_group.operations import preflight
from scaling_group.operations.applying import ChangeOptions, next_revision, wait
from scaling_group.operations.context import AllowedSpec, Context
from scaling_group.operations.history import history, spec_of
from scaling_group.operations.observed import Origin, known_group
from scaling_group.operations.revising import apply_revision
from scaling_group.records import Action, GroupView, Record
from scaling_group.spec.group import GroupSpec


@dataclass(frozen=True)
class Restore:
    """revision: which spec to bring back, None for the last one."""

    name: str
    by: ChangeOptions
    revision: int | None = None

    def run(self, context: Context) -> GroupView:
        """Return the group; raises Conflict where it lives, or its name or hostname is taken."""
        with context.locked(self.name):
            record, allowed = self._target(context)
            restored = next_revision(record, allowed, Action.RESTORE, self.by)
            context.report(f"restoring {self.name} as revision {restored.revision}")
            apply_revision(context, restored)
        return wait(context, restored, self.by.timeout)

    def _target(self, context: Context) -> tuple[Record, AllowedSpec]:
        uid = preflight.cluster_identity(context.cluster, context.environment)
        group = known_group(context, self.name)
        record = group.record
        if group.origin is not Origin.DELETED:
            raise Conflict(
                f"{self.name} is not deleted",
                resolution=f"See it with: scaling-group get --name={self.name}; "
                f"go back with: scaling-group rollback --name={self.name}",
            )
        preflight.check_same_cluster(record, context.environment, uid)
        preflight.check_creatable(context.cluster, record.environment, self.name)
        return record, context.allow(self._spec(record, context), record.environment)

    def _spec(self, record: Record, context: Context) -> GroupSpec:
        if self.revision is None:
            return record.spec
        entries = history(context, self.name)
        return spec_of([entry for entry in entries if entry.id == record.id], self.name, self.revision)
