"""Change a group."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Conflict
from scaling_group.manifests.group import replaces_pods
from scaling_group.naming import stack_name
from scaling_group.operations import preflight
from scaling_group.operations.applying import Signature, next_revision, noted, unfinished, wait
from scaling_group.operations.guard import Guard, unguarded
from scaling_group.operations.owned import our_objects, owned_record
from scaling_group.operations.planning import plan_change
from scaling_group.operations.protocols import ClusterReader, Reader, Report, Writer
from scaling_group.operations.revising import apply_revision, warn_of_gap, warn_of_setting_back
from scaling_group.operations.wait import drift_of, observe
from scaling_group.records import Action, GroupView, Plan, Record, Step
from scaling_group.spec.change import Change, changes_between, one_line
from scaling_group.spec.edit import Edit, Replace
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec


@dataclass(frozen=True)
class Updated:
    """The group after an update, the changes of its spec, and whether anything was applied."""

    view: GroupView
    changes: list[Change]
    applied: bool


@dataclass(frozen=True)
class Update:
    """if_revision: refuse unless the group is at this revision. guard: what its new spec has to pass."""

    name: str
    environment: EnvironmentSpec
    edit: Edit | Replace
    by: Signature
    if_revision: int | None = None
    guard: Guard = unguarded

    def run(self, reader: Reader, writer: Writer, cluster: ClusterReader, report: Report) -> Updated:
        """Return the group with its changes; where there are none, no revision is made.

        What somebody has changed by hand is set back even then, and what was killed or failed is finished.
        Raises what owned_record raises, InvalidInput for an edit that breaks rules, Conflict where
        `if_revision` is not the newest, Failed where the engine or the rollout fails.
        """
        with writer.locked(stack_name(self.environment.id, self.name)):
            record, spec = self._target(reader, cluster)
            changes = changes_between(record.spec, spec)
            live = our_objects(cluster, record)
            by_hand = drift_of(record, live)
            if not changes and not by_hand and not unfinished(record, reader):
                return Updated(observe(cluster, record)[0], [], applied=False)
            record = noted(record, reader, cluster)
            changed = next_revision(record, spec, Action.UPDATE, self.by)
            report(f"updating {record.name}: {_said(record, spec, changes, bool(by_hand))}")
            warn_of_gap(record, spec, report)
            warn_of_setting_back(changed, live, by_hand, report)
            apply_revision(changed, writer, cluster, report, by_hand=bool(by_hand))
        return Updated(wait(cluster, changed, self.by.timeout, report), changes, applied=True)

    def plan(self, reader: Reader, cluster: ClusterReader) -> Plan:
        """Return what run would do; raises as it does, and changes nothing."""
        record, spec = self._target(reader, cluster)
        our_objects(cluster, record)
        plan = plan_change(cluster, record, spec)
        if plan.action is Step.UNCHANGED and unfinished(record, reader):
            return plan.model_copy(update={"action": Step.UPDATE})
        return plan

    def _target(self, reader: Reader, cluster: ClusterReader) -> tuple[Record, GroupSpec]:
        uid = preflight.cluster_identity(cluster, self.environment)
        state = reader.read(self.environment.id, self.name)
        record = owned_record(state, cluster, self.environment, self.name, uid)
        self._check_revision(record)
        spec = self.edit.apply(record.spec)
        self.guard(spec, record.environment)
        return record, spec

    def _check_revision(self, record: Record) -> None:
        if self.if_revision not in (None, record.revision):
            raise Conflict(
                f"{record.name} is at revision {record.revision}, not at {self.if_revision}",
                detail=f"{record.actor} changed it first.",
                resolution=f"See what has changed with: scaling-group history --name={record.name}",
            )


def _said(record: Record, spec: GroupSpec, changes: list[Change], by_hand: bool) -> str:
    if changes:
        anew = replaces_pods(record.spec, spec, record.environment)
        return f"{one_line(changes)}{' (its pods are replaced)' if anew else ''}"
    if by_hand:
        return "reverting changes made by hand"
    return "finishing the previous operation"
