"""Go back to what an earlier revision was, as a new revision."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Conflict, NotFound
from scaling_group.naming import stack_name
from scaling_group.operations import preflight
from scaling_group.operations.applying import Signature, next_revision, noted, wait
from scaling_group.operations.guard import Guard, unguarded
from scaling_group.operations.history import history, spec_of
from scaling_group.operations.owned import our_objects, owned_record
from scaling_group.operations.planning import plan_change
from scaling_group.operations.protocols import ClusterReader, Reader, Report, Writer
from scaling_group.operations.revising import apply_revision, warn_of_gap, warn_of_setting_back
from scaling_group.operations.wait import drift_of
from scaling_group.records import Action, GroupView, HistoryEntry, Plan, Record, Result
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec


@dataclass(frozen=True)
class Rollback:
    """to: the revision to go back to, None for the newest earlier one that was seen Available.

    guard: what its spec has to pass.
    """

    name: str
    environment: EnvironmentSpec
    by: Signature
    to: int | None = None
    guard: Guard = unguarded

    def run(self, reader: Reader, writer: Writer, cluster: ClusterReader, report: Report) -> GroupView:
        """Return the group; raises NotFound for a missing revision, Conflict for one that failed."""
        with writer.locked(stack_name(self.environment.id, self.name)):
            record, number, spec = self._target(reader, cluster)
            live = our_objects(cluster, record)
            by_hand = drift_of(record, live)
            record = noted(record, reader, cluster)
            changed = next_revision(record, spec, Action.ROLLBACK, self.by)
            report(f"rolling {record.name} back to revision {number}")
            warn_of_gap(record, spec, report)
            warn_of_setting_back(changed, live, by_hand, report)
            apply_revision(changed, writer, cluster, report, by_hand=bool(by_hand))
        return wait(cluster, changed, self.by.timeout, report)

    def plan(self, reader: Reader, cluster: ClusterReader) -> Plan:
        """Return what run would do; raises as it does, and changes nothing."""
        record, _, spec = self._target(reader, cluster)
        our_objects(cluster, record)
        return plan_change(cluster, record, spec)

    def _target(self, reader: Reader, cluster: ClusterReader) -> tuple[Record, int, GroupSpec]:
        uid = preflight.cluster_identity(cluster, self.environment)
        state = reader.read(self.environment.id, self.name)
        record = owned_record(state, cluster, self.environment, self.name, uid)
        entries = history(reader, cluster, self.environment, self.name)
        number, spec = self._revision(record, [entry for entry in entries if entry.id == record.id])
        self.guard(spec, record.environment)
        return record, number, spec

    def _revision(self, record: Record, entries: list[HistoryEntry]) -> tuple[int, GroupSpec]:
        if self.to is None:
            return self._newest_available(record, entries)
        spec = spec_of(entries, self.name, self.to)
        if any(e.revision == self.to and e.result is Result.FAILED for e in entries):
            raise Conflict(
                f"revision {self.to} of {self.name} failed: it was never fully applied",
                resolution=f"Choose another revision: scaling-group history --name={self.name}",
            )
        return self.to, spec

    def _newest_available(self, record: Record, entries: list[HistoryEntry]) -> tuple[int, GroupSpec]:
        for entry in entries:
            other = entry.spec is not None and entry.spec != record.spec
            if other and entry.available and entry.revision < record.revision:
                return entry.revision, spec_of(entries, self.name, entry.revision)
        raise NotFound(
            f"no earlier revision of {self.name} was ever Available",
            resolution=f"Name one with --to; see: scaling-group history --name={self.name}",
        )
