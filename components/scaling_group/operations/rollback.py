"""Go back to what an earlier revision was, as a new revision."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Conflict, NotFound
from scaling_group.operations.applying import (
    ChangeOptions,
    newest_operation,
    next_revision,
    wait,
    with_previous_outcome,
)
from scaling_group.operations.context import AllowedSpec, Context
from scaling_group.operations.history import history, spec_of
from scaling_group.operations.moving import check_movable, present_environment
from scaling_group.operations.observed import ObservedGroup
from scaling_group.operations.owned import owned_group
from scaling_group.operations.planning import plan_change
from scaling_group.operations.revising import revise
from scaling_group.operations.scaling import check_scalable
from scaling_group.operations.traffic import check_served, with_route_kind
from scaling_group.records import Action, GroupView, Record, Result
from scaling_group.reports import HistoryEntry, Plan
from scaling_group.spec.group import GroupSpec


@dataclass(frozen=True)
class Rollback:
    """to: the revision to go back to, None for the newest earlier one that was seen Available."""

    name: str
    by: ChangeOptions
    to: int | None = None

    def run(self, context: Context) -> GroupView:
        """Return the group; raises NotFound for a missing revision, Conflict for one that failed."""
        with context.locked(self.name):
            group, number, allowed = self._target(context)
            newest = newest_operation(group.record, context.reader)
            record = with_previous_outcome(group, newest)
            changed = next_revision(record, allowed, Action.ROLLBACK, self.by)
            context.report(f"rolling {self.name} back to revision {number}")
            revise(context, group, changed, newest)
        return wait(context, changed, self.by.timeout)

    def plan(self, context: Context) -> Plan:
        """Return what run would do; raises as it does, and changes nothing."""
        group, _, allowed = self._target(context)
        return plan_change(context.cluster, group, allowed)

    def _target(self, context: Context) -> tuple[ObservedGroup, int, AllowedSpec]:
        group = owned_group(context, self.name)
        entries = history(context, self.name)
        number, spec = self._revision(group.record, [e for e in entries if e.id == group.record.id])
        environment = with_route_kind(context, spec, present_environment(context, group.record))
        check_served(context, spec, environment, group.record)
        allowed = context.allow(spec, environment)
        check_movable(context, group.record, allowed)
        check_scalable(context.cluster, group.record, spec, group.record.spec.autoscaler_kind)
        return group, number, allowed

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
