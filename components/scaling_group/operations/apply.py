"""Create or update many groups: a plan first, then all of them in parallel, each on its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import BoundedSemaphore, get_ident

from scaling_group.at_once import in_shares
from scaling_group.errors import Interrupted, ScalingGroupError
from scaling_group.operations import preflight
from scaling_group.operations.admission import as_admitted
from scaling_group.operations.applying import ChangeOptions, settled, unfinished, wait
from scaling_group.operations.context import Context
from scaling_group.operations.create import Create
from scaling_group.operations.gpu_naming import without_auto
from scaling_group.operations.hosts import check_all_free
from scaling_group.operations.interrupts import Counting, Interrupts, heeding, uncounted
from scaling_group.operations.moving import present_environment
from scaling_group.operations.observed import observe
from scaling_group.operations.owned import check_owned
from scaling_group.operations.protocols import Report, State
from scaling_group.operations.resolving import resolved
from scaling_group.operations.shared_reads import sharing
from scaling_group.operations.update import Update
from scaling_group.records import GroupView, Record, Step
from scaling_group.reports import Plan
from scaling_group.spec.edit import Replace
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.hostname import check_apart, check_together, hosts_of
from scaling_group.spec.hosts import Host

STOPPING = "no further group is started; press Ctrl-C again to stop the engines at once"
#: Groups that are looked at at the same time.
PLANNED_AT_ONCE = 4
#: Groups at the same time where nobody says how many: a rollout needs no core, but connections, nine each.
AT_ONCE = 16
#: Told what happens to a group: (name, message).
GroupReport = Callable[[str, str], None]


@dataclass(frozen=True)
class Planned:
    """What is going to be done with one group.

    unsettled: its record, where it is not Available as it is. added: hosts that it does not have yet.
    """

    spec: GroupSpec
    step: Step
    unsettled: Record | None = None
    added: tuple[Host, ...] = ()


@dataclass(frozen=True)
class Applied:
    """How a group ended: a view, or the error."""

    name: str
    step: Step
    view: GroupView | None = None
    error: ScalingGroupError | None = None


@dataclass(frozen=True)
class Apply:
    """parallel: how many groups at the same time, each until its rollout ends.

    Where it is None, as many are changed as there are cores, and AT_ONCE with those that are waited for.
    """

    specs: Sequence[GroupSpec]
    by: ChangeOptions
    parallel: int | None = None

    def plan(self, context: Context) -> list[Planned]:
        """Return what would be done; raises for a group that cannot be changed, before any is."""
        states = in_shares((spec.name for spec in self.specs), partial(_state, context), PLANNED_AT_ONCE)
        live = [state.record for state in states.values() if state.live and state.record]
        context = context.looking(sharing(context.cluster, context.environment, live))
        preflight.cluster_identity(context.cluster, context.environment)
        for spec in self.specs:
            check_together(spec, context.environment)
        check_apart(self.specs, context.environment)
        with ThreadPoolExecutor(PLANNED_AT_ONCE) as pool:
            planned = list(pool.map(partial(_planned, context, states, self._ports), self.specs))
        added = {each.spec.name: each.added for each in planned}
        check_all_free(context.cluster, context.environment, added)
        return planned

    @property
    def _ports(self) -> dict[str, int]:
        """The ports of the groups, where others among them look for their peers."""
        return {spec.name: spec.port for spec in self.specs}

    def preview(self, planned: Sequence[Planned], context: Context) -> list[Plan]:
        """Return what run would do in detail; raises Failed where the API server would refuse an object."""

        def one(group: Planned) -> Plan:
            if group.step is Step.CREATE:
                return Create(group.spec, self.by, self._ports).plan(context)
            if group.step is Step.UPDATE:
                return self._update(group.spec).plan(context)
            return Plan(name=group.spec.name, action=group.step)

        with ThreadPoolExecutor(self._changed_at_once) as pool:
            return list(pool.map(one, planned))

    @property
    def _changed_at_once(self) -> int:
        return self.parallel or os.cpu_count() or 1

    def run(
        self,
        planned: Sequence[Planned],
        context: Context,
        report: GroupReport,
        counting: Counting = uncounted,
    ) -> list[Applied]:
        """Carry out a plan; a group that fails does not stop the others.

        One that stays as it is and is not Available is waited for like the others, and fails like them.
        A group is read once more when its turn has come, which may be minutes after the plan.

        Ctrl-C stops what runs after its step, the second time at once, and nothing else is begun: the
        error of such a group is an Interrupted. counting: hears of it in place of a KeyboardInterrupt.
        """
        stop = context.writer.interrupt
        engines = BoundedSemaphore(self._changed_at_once)
        with counting(stop) as interrupts:
            context = context.in_turn(partial(_turn, engines, interrupts))
            one = partial(self._one, context, report, interrupts)

            def work() -> list[Applied]:
                with ThreadPoolExecutor(self.parallel or max(self._changed_at_once, AT_ONCE)) as pool:
                    return list(pool.map(one, planned))

            return heeding(work, interrupts, stop, partial(report, "stopping", STOPPING))

    def _one(self, context: Context, report: GroupReport, interrupts: Interrupts, group: Planned) -> Applied:
        name = group.spec.name
        if group.step is Step.UNCHANGED and (group.unsettled is None or self.by.timeout is None):
            return Applied(name, group.step)
        if interrupts.count:
            return _untouched(group)
        try:
            told = _stoppable(partial(report, name), interrupts)
            view = self._apply(group, context.telling(told))
        except ScalingGroupError as error:
            return Applied(name, group.step, error=error)
        except KeyboardInterrupt:
            return _untouched(group)
        return Applied(name, group.step, view=view)

    def _apply(self, group: Planned, context: Context) -> GroupView:
        if group.step is Step.CREATE:
            return Create(group.spec, self.by, self._ports).run(context)
        if group.step is Step.UNCHANGED and group.unsettled:
            return wait(context, group.unsettled, self.by.timeout)
        return self._update(group.spec).run(context).view

    def _update(self, spec: GroupSpec) -> Update:
        return Update(spec.name, Replace(spec), self.by, beside=self._ports)


def _state(context: Context, name: str) -> State:
    return context.reader.read(context.environment.id, name)


def _planned(
    context: Context, states: Mapping[str, State], ports: Mapping[str, int], spec: GroupSpec
) -> Planned:
    state = states[spec.name]
    if not state.live:
        preflight.check_no_foreign_objects(context.cluster, spec, context.environment)
        return Planned(spec, Step.CREATE, added=hosts_of(spec, context.environment))
    group = observe(context, spec.name, state=state, identify=True)
    check_owned(context, group)
    group = as_admitted(context.cluster, group)
    record, environment = group.record, present_environment(context, group.record)
    # What the cluster decides on is said when the group is changed.
    wanted = resolved(context.telling(_unheard), spec, environment, ports)
    changed = record.spec != wanted or record.environment != without_auto(spec, environment)
    if changed or group.drift or unfinished(record, context.reader):
        added = (host for host in hosts_of(spec, environment) if host not in record.hosts)
        return Planned(spec, Step.UPDATE, added=tuple(added))
    return Planned(spec, Step.UNCHANGED, None if settled(group) else record)


def _unheard(_message: str) -> None:
    pass


@contextmanager
def _turn(engines: BoundedSemaphore, interrupts: Interrupts) -> Iterator[None]:
    """Wait until an engine may run; raises KeyboardInterrupt where somebody has asked to stop meanwhile."""
    with engines:
        if interrupts.count:
            raise KeyboardInterrupt
        yield


def _untouched(group: Planned) -> Applied:
    name = group.spec.name
    return Applied(name, group.step, error=Interrupted(f"interrupted: {name} was not changed"))


def _stoppable(report: Report, interrupts: Interrupts) -> Report:
    """Return a report that stops whoever makes it in this thread: only the main one hears Ctrl-C."""
    worker = get_ident()

    def told(message: str) -> None:
        # The engine's events are told by threads of its own, and its run has an end of its own.
        if interrupts.count and get_ident() == worker:
            raise KeyboardInterrupt
        report(message)

    return told
