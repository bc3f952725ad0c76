"""Containers of a pod: how they are, and how they ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from scaling_group.rollout.events import Event
from scaling_group.rollout.fields import Object, instant, message, number, part, text

#: A container that has run for as long is a new start for the kubelet's back-off:
#: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
FRESH_START = timedelta(minutes=10)
#: Seconds that a container must run after a restart before it is believed, at the least.
BELIEVED_AFTER = timedelta(seconds=30)
#: A container that never ran is also `terminated`, with these reasons.
NEVER_RAN = ("StartError", "ContainerCannotRun")


@dataclass(frozen=True)
class Container:
    """One container of a pod: its status, its spec, and the events that may be about it.

    init: it has to end before the others start; a native sidecar does not. own: it is the group's, not
    one that somebody has put beside it.
    """

    status: Object
    spec: Object
    events: Sequence[Event] = ()
    init: bool = False
    own: bool = True

    @property
    def name(self) -> str:
        return text(self.status, "name") or text(self.spec, "name")

    @property
    def process(self) -> str:
        """How to call its process; the one of a group's own container needs no name."""
        if self.init:
            return f"the process of init container {self.name}"
        return "the process" if self.own else f"the process of container {self.name}"

    @property
    def image(self) -> str:
        return text(self.spec, "image") or text(self.status, "image")

    @property
    def waiting(self) -> tuple[str, str]:
        """Reason and message of the state, empty where it does not wait."""
        found = part(self.status, "state", "waiting")
        return text(found, "reason"), message(found, "message")

    @property
    def running_since(self) -> datetime | None:
        return instant(self.status, "state", "running", "startedAt")

    @property
    def running(self) -> bool:
        return isinstance(self.status.get("state"), dict) and "running" in self.status["state"]

    @property
    def ready(self) -> bool:
        return self.status.get("ready") is True

    @property
    def restarts(self) -> int:
        return number(self.status, "restartCount")

    @cached_property
    def ended(self) -> Object:
        """How the process ended last, empty where it never did.

        While the kubelet backs off, this is in the state or in the last state.
        """
        return part(self.status, "state", "terminated") or part(self.status, "lastState", "terminated")

    @property
    def exit_code(self) -> int:
        return number(self.ended, "exitCode")

    @property
    def ran_for(self) -> timedelta:
        """How long the run took that ended last; the kubelet keeps whole seconds."""
        started, finished = instant(self.ended, "startedAt"), instant(self.ended, "finishedAt")
        return max(finished - started, timedelta()) if started and finished else timedelta()

    @property
    def ends(self) -> int:
        """How often the process has ended."""
        return self.restarts + (1 if self.ended and not self.running else 0)

    def settled(self, taken: datetime | None) -> bool:
        """Return whether a container that was started again has run long enough to be believed.

        What crashes after a while is not taken for healthy between its crashes: it has to run twice as
        long as before. A run that the kubelet takes for a fresh start is one crash, and no series.
        """
        if not self.ended:
            return True
        if not self.running or not self.running_since:
            return False
        if taken is None:
            return not self._told_to_back_off
        fresh = self.ran_for >= FRESH_START
        needed = BELIEVED_AFTER if fresh else max(BELIEVED_AFTER, 2 * self.ran_for)
        return taken - self.running_since > min(needed, FRESH_START)

    @property
    def backs_off(self) -> bool:
        """Return whether the kubelet waits with the next start, having given up on quick ones.

        CrashLoopBackOff is in the status for moments only; its event stays.
        """
        if self.waiting[0] == "CrashLoopBackOff":
            return True
        if self.running or not self.ended or self.ran_for >= FRESH_START:
            return False
        return self.ends > 2 or self._told_to_back_off

    @property
    def _told_to_back_off(self) -> bool:
        """Return whether an event says that the kubelet backs off from this series of ends."""
        started = instant(self.ended, "startedAt")
        return any(
            "restarting failed container" in event.message and not _before(event.last, started)
            for event in self.events
            if event.reason == "BackOff"
        )


def _before(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one < other
