"""Restore a deleted group under its old id."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from scaling_group.errors import Conflict
from scaling_group.naming import stack_name
from scaling_group.operations import preflight
from scaling_group.operations.applying import Signature, next_revision, wait
from scaling_group.operations.get import Origin, known_record
from scaling_group.operations.guard import Guard, unguarded
from scaling_group.operations.history import history, spec_of
from scaling_group.operations.protocols import ClusterReader, Reader, Report, Writer
from scaling_group.operations.revising import apply_revision
from scaling_group.records import Action, GroupView, Record
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec


@dataclass(frozen=True)
class Restore:
    """revision: which spec to bring back, None for the last one. guard: what it has to pass."""

    name: str
    environment: EnvironmentSpec
    by: Signature
    revision: int | None = None
    guard: Guard = unguarded

    def run(self, reader: Reader, writer: Writer, cluster: ClusterReader, report: Report) -> GroupView:
        """Return the group; raises Conflict where it lives, or its name or hostname is taken."""
        with writer.locked(stack_name(self.environment.id, self.name)):
            record, spec = self._target(reader, cluster)
            restored = next_revision(record, spec, Action.RESTORE, self.by)
            report(f"restoring {self.name} as revision {restored.revision}")
            apply_revision(restored, writer, cluster, report)
        return wait(cluster, restored, self.by.timeout, report)

    def _target(self, reader: Reader, cluster: ClusterReader) -> tuple[Record, GroupSpec]:
        uid = preflight.cluster_identity(cluster, self.environment)
        state = reader.read(self.environment.id, self.name)
        names = partial(reader.names, self.environment.id)
        record, origin = known_record(state, cluster, self.environment, self.name, names)
        if origin is not Origin.DELETED:
            raise Conflict(
                f"{self.name} is not deleted",
                resolution=f"See it with: scaling-group get --name={self.name}; "
                f"go back with: scaling-group rollback --name={self.name}",
            )
        preflight.check_same_cluster(record, self.environment, uid)
        preflight.check_creatable(cluster, record.environment, self.name)
        spec = self._spec(record, reader, cluster)
        self.guard(spec, record.environment)
        return record, spec

    def _spec(self, record: Record, reader: Reader, cluster: ClusterReader) -> GroupSpec:
        if self.revision is None:
            return record.spec
        entries = history(reader, cluster, self.environment, self.name)
        return spec_of([entry for entry in entries if entry.id == record.id], self.name, self.revision)
