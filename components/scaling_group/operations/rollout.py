"""Waiting until a group is available."""

from __future__ import annotations

from scaling_group.errors import RolloutFailed, ScalingGroupError, Unreachable
from scaling_group.operations.context import Context
from scaling_group.operations.evidence import gather
from scaling_group.operations.gather import selections, watched
from scaling_group.operations.presence import Presence
from scaling_group.operations.protocols import Watch
from scaling_group.operations.views import SETTLED, live_view, stored_view
from scaling_group.records import GroupView, Record, Status
from scaling_group.rollout.deployment_status import caught_up
from scaling_group.rollout.snapshot import Snapshot

#: A process that ends at once is Ready for a moment before; success counts when it has lasted.
SETTLE_SECONDS = 1.5
#: What depends on time alone is judged so often.
TICK_SECONDS = 1.0
#: While something is wrong, logs and the gateway, which no watch shows, are read so often.
CLOSER_LOOK_SECONDS = 5.0


def wait_available(context: Context, record: Record, timeout: float) -> GroupView:
    """Return the group once it is available and stays so.

    Raises RolloutFailed as soon as waiting cannot help any more, or after `timeout` seconds with the
    best that is known; Unreachable where the API server stays away.
    """
    with context.cluster.watch(selections(record)) as watch:
        return _Rollout(context, record, watch).wait(timeout)


class _Rollout:
    """One wait. Time is that of the watch."""

    def __init__(self, context: Context, record: Record, watch: Watch) -> None:
        self._context = context
        self._record = record
        self._watch = watch
        self._presence = Presence(watch, context.report, f"wait --name={record.name}", self._state())
        self._met = False
        #: What the watch alone told at the last closer look, and what that look told.
        self._looked_closer_at: float | None = None
        self._closer: tuple[str, str] = ("", "")
        self._settled_since: float | None = None

    def wait(self, timeout: float) -> GroupView:
        ends = self._watch.now() + timeout
        while True:
            if self._presence.current():
                view = self._look()
                if self._has_lasted():
                    return view
            else:
                self._settled_since = None
            # What is settled at the end of the time gets the moment that it needs to stay so.
            if self._watch.now() >= ends and self._settled_since is None:
                raise self._too_late(timeout)
            self._watch.wait(self._pause(ends))

    def _look(self) -> GroupView:
        """Return the group as it is; raises RolloutFailed where waiting cannot help any more."""
        seen = watched(self._watch, self._record)
        if not seen.deployment:
            raise self._gone()
        self._met = True
        view = live_view(self._record, seen)
        self._context.report(self._message(view))
        settled = view.status in SETTLED
        self._settled_since = (self._settled_since or self._watch.now()) if settled else None
        if _hopeless(view, seen):
            self._confirm()
        return view

    def _message(self, view: GroupView) -> str:
        """Return what is told while it is waited: the cause as a closer look names it, where one is known."""
        told, now = progress_of(view), self._watch.now()
        if not view.diagnoses:
            return told
        due = self._looked_closer_at is None or now - self._looked_closer_at >= CLOSER_LOOK_SECONDS
        if due:
            self._looked_closer_at = now
            self._closer = (told, self._look_closer() or told)
        return self._closer[1] if self._closer[0] == told else told

    def _look_closer(self) -> str:
        try:
            seen = gather(self._context.cluster, self._record)
        except Unreachable:
            return ""
        return progress_of(live_view(self._record, seen)) if seen.deployment else ""

    def _has_lasted(self) -> bool:
        since = self._settled_since
        return since is not None and self._watch.now() - since >= SETTLE_SECONDS

    def _pause(self, ends: float) -> float:
        settles = ends if self._settled_since is None else self._settled_since + SETTLE_SECONDS
        return min(TICK_SECONDS, settles - self._watch.now())

    def _confirm(self) -> None:
        """Raise RolloutFailed where a look at everything, logs too, says so as well.

        What is watched comes from several streams, which need not be of one moment.
        """
        try:
            seen = gather(self._context.cluster, self._record, whole=True)
        except Unreachable:
            return
        if seen.deployment and _hopeless(view := live_view(self._record, seen), seen):
            raise self._failed(f"{view.name} failed", view)

    def _too_late(self, timeout: float) -> ScalingGroupError:
        try:
            seen = gather(self._context.cluster, self._record, whole=True, network=self._context.network)
        except Unreachable as error:
            if not self._presence.current():
                message = f"the API server does not answer, and the {timeout:g} s are over"
                return self._presence.given_up(message, error.detail)
            # A connection that broke in this moment; what is watched is almost as good.
            seen = watched(self._watch, self._record)
        if not seen.deployment:
            return self._gone()
        view = live_view(self._record, seen)
        return self._failed(f"{view.name} is {view.status} after {timeout:g} s", view)

    def _gone(self) -> RolloutFailed:
        if not self._met:
            return self._failed(f"{self._record.name} failed", stored_view(self._record, live=True))
        where = f"{self._record.environment.namespace}/{self._record.name}"
        return RolloutFailed(
            f"{self._record.name} was deleted during the wait: its Deployment {where} no longer exists",
            detail="Another user or a program deleted it.",
            resolution=f"Show the group with: scaling-group get --name={self._record.name}",
            status=Status.FAILED,
        )

    def _failed(self, ended: str, view: GroupView) -> RolloutFailed:
        causes, name = view.diagnoses, view.name
        why = causes[0].summary if causes else view.reason or "it did not stay available"
        others = [f"Besides: {cause.summary}" for cause in causes[1:]]
        evidence = [causes[0].detail, *others] if causes else []
        fix = [causes[0].resolution] if causes else []
        look = f"See it with: scaling-group get --name={name}"
        return RolloutFailed(
            f"{ended}: {why}",
            detail="\n".join(filter(None, [*evidence, self._state()])),
            resolution="\n".join([*fix, f"{look}; remove it with: scaling-group delete --name={name}"]),
            status=view.status,
            diagnoses=[cause.model_dump(mode="json") for cause in causes],
        )

    def _state(self) -> str:
        # A group of a plain Pulumi program has no revisions.
        at = f", at revision {self._record.revision}" if self._record.revision else ""
        return f"The record and the objects are kept{at}."


def _hopeless(view: GroupView, seen: Snapshot) -> bool:
    """Return whether the group cannot come up by waiting; an old status says nothing of that."""
    if view.status in SETTLED or not caught_up(seen.deployment):
        return False
    return view.status is Status.FAILED or any(cause.terminal for cause in view.diagnoses)


def progress_of(view: GroupView) -> str:
    """Return the cause where one is known, else replicas and what they do; in one line.

    While a process crashes, its replicas are available again and again for moments.
    """
    if view.diagnoses:
        return view.diagnoses[0].summary
    counts = f"{view.replicas.available} of {view.replicas.desired} replicas available"
    return view.reason if view.reason.startswith(counts) else "; ".join(filter(None, (counts, view.reason)))
