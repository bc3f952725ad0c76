"""Applying a revision, and what an interruption has left of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from scaling_group.errors import Interrupted, ScalingGroupError, Unreachable
from scaling_group.manifests.group import leaves_gap, loses_requests, objects
from scaling_group.operations.applying import finished
from scaling_group.operations.context import Context
from scaling_group.operations.gone import surviving
from scaling_group.operations.gpu_fit import say_unfit
from scaling_group.operations.live import held_in, live_objects, refs_in, uid_of
from scaling_group.operations.metrics_apis import say_unmeasured
from scaling_group.operations.observed import ObservedGroup, drift_of
from scaling_group.operations.outage import ended_by_outage
from scaling_group.operations.protocols import WARNING, ClusterReader, Object, Past, Report
from scaling_group.operations.repair import repair
from scaling_group.operations.scaling import delete_other_kind, left_to_others, say_left
from scaling_group.operations.traffic import delete_other_route
from scaling_group.records import Record
from scaling_group.rollout.drift import drift, key_of
from scaling_group.spec.change import Change, gpu_changes, one_line
from scaling_group.spec.group import GroupSpec


def apply_revision(context: Context, record: Record, *, by_hand: bool = False, as_left: bool = False) -> None:
    """Make the cluster's objects what the record says; the caller holds the stack.

    by_hand: somebody has changed them since the revision before, and the engine would leave some of
    that. as_left: they are as that revision left them, so that the engine need not read them.
    Raises what the engine raises; an Interrupted says what was reached.
    """
    with telling_what_was_reached(context.cluster, record):
        with ended_by_outage(context, record):
            context.writer.up(record, context.report, refresh=not as_left)
        if by_hand:
            with telling_how_to_finish(record):
                repair(context.cluster, record)


def revise(context: Context, group: ObservedGroup, record: Record, newest: Past | None = None) -> None:
    """Apply the next revision of a live group, after saying what it does that nobody asked for.

    newest: the operation before it, None where nobody knows that it ended. Raises as apply_revision does.
    """
    _warn_of_gap(group.record, record.spec, context.report)
    record = record.with_(scaled_by_others=left_to_others(group, record.spec))
    say_left(group, record.spec, context.report)
    if record.spec.autoscale != group.record.spec.autoscale:
        say_unmeasured(context.cluster, record.spec, context.report)
    if record.spec.gpu != group.record.spec.gpu or gpu_changes(group.record.environment, record.environment):
        say_unfit(context.cluster, record, context.report)
    others = drift_of(group.record, group.objects, autoscalers=not record.scaled_by_others)
    others = [change for change in others if change.field not in group.admitted]
    _warn_of_setting_back(record, group.objects, others, context.report)
    delete_other_kind(context.cluster, group, record.spec)
    delete_other_route(context, group, record)
    as_left = finished(group.record, newest) and _as_left(group, record)
    apply_revision(context, record, by_hand=bool(group.drift), as_left=as_left)


def _as_left(group: ObservedGroup, record: Record) -> bool:
    """Return whether the live objects are those that the stack holds, just as its last operation left them.

    record: of the next revision, which has to consist of the same objects. That operation has to have ended
    well: a killed one can have changed an object without the stack's knowledge.
    """
    live, before = group.objects, group.record
    held = {key: held.uid for key, held in held_in(group.state, before)}
    if (
        held != {key: uid_of(found) for key, found in live.items() if found}
        or held.keys() != refs_in(record).keys()
    ):
        return False
    applied = objects(before.spec, before.environment, before.id, {})
    return not drift(applied, live)


def _warn_of_gap(record: Record, spec: GroupSpec, report: Report) -> None:
    """Say before a change that nothing serves while it is carried out, or not all, where that is so."""
    if spec.is_private and not record.spec.is_private:
        report(f"{WARNING}no Gateway serves {record.name} any more: requests from outside the cluster fail")
    if leaves_gap(record.spec, spec, record.environment):
        report(
            f"{WARNING}{record.name} does not serve until its new pod is ready, "
            "because the only pod must release its GPU first"
        )
    if loses_requests(record.spec, spec, record.environment):
        report(
            f"{WARNING}requests to {record.name} fail while its pods are replaced, because old pods do not "
            f"listen on port {spec.port}; to lose none, move clients to a second group with that port"
        )


def _warn_of_setting_back(
    record: Record, live: Mapping[str, Object | None], by_hand: Sequence[Change], report: Report
) -> None:
    """Say before a revision is applied what it takes back of what somebody has changed by hand.

    record: of the revision. by_hand: what differs from the one before.
    """
    fields = {change.field for change in by_hand}
    wanted = objects(record.spec, record.environment, record.id, {})
    back = [Change(c.field, c.after, c.before) for c in drift(wanted, live) if c.field in fields]
    if back:
        report(f"{WARNING}{record.name} was changed by hand; this is reverted: {one_line(back)}")


@contextmanager
def telling_what_was_reached(cluster: ClusterReader, record: Record) -> Iterator[None]:
    """Add to an interruption what it has left of the group, and to a cluster that went away during a run."""
    try:
        yield
    except (KeyboardInterrupt, Interrupted) as stopped:
        message = stopped.message if isinstance(stopped, Interrupted) else "interrupted"
        raise Interrupted(message, detail=_reached(cluster, record), resolution=_see(record)) from None
    except Unreachable as away:
        # What says itself what to do was met before the engine began.
        raise away if away.resolution else _finishable(away, record) from None


@contextmanager
def telling_how_to_finish(record: Record) -> Iterator[None]:
    """Add to a cluster that cannot be reached after the engine has worked what that leaves of the group."""
    try:
        yield
    except Unreachable as away:
        raise _finishable(away, record) from None


def _finishable(away: Unreachable, record: Record) -> Unreachable:
    detail = "\n".join(filter(None, (away.detail, _perhaps(record))))
    verb = "delete" if record.deleted else "update"
    finish = f"Finish it with: scaling-group {verb} --name={record.name}"
    return Unreachable(away.message, detail=detail, resolution=finish)


def _perhaps(record: Record) -> str:
    if record.deleted:
        return f"Objects of {record.name} may still exist."
    return f"Revision {record.revision} of {record.name} may be partly applied."


def _reached(cluster: ClusterReader, record: Record) -> str:
    try:
        if record.deleted:
            left = list(surviving(cluster, record))
            return f"{_listed(left)} of {record.name} still exist." if left else "All its objects are gone."
        return _applied(cluster, record)
    except ScalingGroupError as error:
        return f"The result cannot be read: {error.message}"
    except KeyboardInterrupt:
        # Somebody does not want to wait for the cluster's answers either.
        return _perhaps(record)


def _applied(cluster: ClusterReader, record: Record) -> str:
    live = live_objects(cluster, record.environment.namespace, refs_in(record))
    wanted = objects(record.spec, record.environment, record.id, {})
    behind = [key_of(manifest) for manifest in wanted if drift([manifest], live)]
    done = [key for key in live if key not in behind]
    if not behind:
        return f"Revision {record.revision} of {record.name} is fully applied."
    if not done:
        return f"Nothing of revision {record.revision} of {record.name} is applied."
    return f"Of revision {record.revision} of {record.name} {_listed(done)} are as it says, " + (
        f"{_listed(behind)} not yet."
    )


def _listed(kinds: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(kinds[:-1]), kinds[-1])))


def _see(record: Record) -> str:
    if record.deleted:
        return f"Finish it with: scaling-group delete --name={record.name}"
    return f"See it with: scaling-group get --name={record.name}"
