"""Change a group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scaling_group.errors import Conflict
from scaling_group.manifests.group import replaces_pods
from scaling_group.operations.admission import as_admitted
from scaling_group.operations.applying import (
    ChangeOptions,
    newest_operation,
    next_revision,
    settled,
    unfinished,
    wait,
    with_previous_outcome,
)
from scaling_group.operations.context import AllowedSpec, Context
from scaling_group.operations.gpu_naming import needs_profile
from scaling_group.operations.moving import check_movable, present_environment
from scaling_group.operations.observed import ObservedGroup
from scaling_group.operations.owned import owned_group
from scaling_group.operations.planning import changes_of, plan_change
from scaling_group.operations.resolving import resolved
from scaling_group.operations.revising import revise
from scaling_group.operations.scaling import check_scalable, fixed_where_it_is
from scaling_group.operations.traffic import check_served, with_route_kind
from scaling_group.records import Action, GroupView, Record, Step
from scaling_group.reports import Plan
from scaling_group.spec.change import Change, gpu_changes, one_line
from scaling_group.spec.edit import Edit, Replace
from scaling_group.spec.group import GroupSpec


@dataclass(frozen=True)
class Updated:
    """The group after an update, the changes of its spec, and whether anything was applied."""

    view: GroupView
    changes: list[Change]
    applied: bool


@dataclass(frozen=True)
class Update:
    """if_revision: refuse unless the group is at this revision. beside: the ports of groups that are applied
    together with it.
    """

    name: str
    edit: Edit | Replace
    by: ChangeOptions
    if_revision: int | None = None
    beside: Mapping[str, int] = field(default_factory=dict)

    def run(self, context: Context) -> Updated:
        """Return the group with its changes; where there are none, no revision is made.

        What somebody has changed by hand is set back even then, and what was killed or failed is finished.
        A group that stays as it is and is not Available is waited for too.
        Raises what owned_group raises, InvalidInput for an edit that breaks rules, Conflict where
        `if_revision` is not the newest, Failed where the engine or the rollout fails.
        """
        with context.locked(self.name):
            group, allowed = self._target(context)
            changes = changes_of(group.record, allowed)
            applied = bool(changes or group.drift or unfinished(group.record, context.reader))
            changed = self._revised(context, group, allowed, changes) if applied else group.record
        if applied or not settled(group):
            return Updated(wait(context, changed, self.by.timeout), changes, applied)
        return Updated(group.view, [], applied=False)

    def _revised(
        self, context: Context, group: ObservedGroup, allowed: AllowedSpec, changes: list[Change]
    ) -> Record:
        newest = newest_operation(group.record, context.reader)
        record = with_previous_outcome(group, newest)
        changed = next_revision(record, allowed, Action.UPDATE, self.by)
        context.report(f"updating {record.name}: {_said(record, allowed, changes, bool(group.drift))}")
        revise(context, group, changed, newest)
        return changed

    def plan(self, context: Context) -> Plan:
        """Return what run would do; raises as it does, and changes nothing."""
        group, allowed = self._target(context)
        plan = plan_change(context.cluster, group, allowed)
        if plan.action is Step.UNCHANGED and unfinished(group.record, context.reader):
            return plan.model_copy(update={"action": Step.UPDATE})
        return plan

    def _target(self, context: Context) -> tuple[ObservedGroup, AllowedSpec]:
        group = as_admitted(context.cluster, owned_group(context, self.name))
        self._check_revision(group.record)
        environment = present_environment(context, group.record)
        spec = resolved(context, self._edited(group), environment, self.beside)
        environment = with_route_kind(context, spec, environment)
        allowed = context.allow(spec, environment)
        check_served(context, spec, environment, group.record)
        check_scalable(context.cluster, group.record, allowed.spec, group.record.spec.autoscaler_kind)
        check_movable(context, group.record, allowed)
        return group, allowed

    def _edited(self, group: ObservedGroup) -> GroupSpec:
        before = group.record.spec
        spec = self.edit.apply(before)
        ended = before.autoscale is not None and spec.autoscale is None
        # A file says every field, an edit what it changes.
        if ended and isinstance(self.edit, Edit) and "replicas" not in self.edit.values:
            return fixed_where_it_is(group, spec)
        return spec

    def _check_revision(self, record: Record) -> None:
        if self.if_revision not in (None, record.revision):
            raise Conflict(
                f"{record.name} is at revision {record.revision}, not at {self.if_revision}",
                detail=f"{record.actor} changed it first.",
                resolution=f"See what has changed with: scaling-group history --name={record.name}",
            )


def _said(record: Record, allowed: AllowedSpec, changes: list[Change], by_hand: bool) -> str:
    if changes:
        elsewhere = needs_profile(allowed.spec) and bool(gpu_changes(record.environment, allowed.environment))
        anew = elsewhere or replaces_pods(record.spec, allowed.spec, record.environment)
        return f"{one_line(changes)}{' (its pods are replaced)' if anew else ''}"
    if by_hand:
        return "reverting changes made by hand"
    return "finishing the previous operation"
