"""How long builds still take, from what they took where they were measured."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .display import Clock, duration

#: Before that much is done, the pace so far says nothing.
SETTLED = 0.03
#: How much of a build is done when all is compiled: linking is left, and `go build` says nothing of it.
COMPILED = 0.95


@dataclass(frozen=True)
class Part:
    """One build: the seconds it takes where it was measured, and how much of it is done (0 to 1)."""

    seconds: float
    done: float


def remaining(parts: Sequence[Part], elapsed: float) -> float:
    """Return the seconds that are left, at the pace that the done part was made with so far."""
    whole = sum(part.seconds for part in parts)
    made = sum(part.seconds * min(part.done, 1.0) for part in parts)
    pace = elapsed / made if whole and made / whole >= SETTLED else 1.0
    return (whole - made) * pace


class Estimates:
    """The builds of one run, told from several threads how far they are."""

    def __init__(self, seconds: Mapping[str, float]) -> None:
        self._parts = {name: Part(expected, 0.0) for name, expected in seconds.items()}
        self._clock = Clock()
        self._lock = threading.Lock()

    def seconds(self, name: str) -> float:
        """How long a build takes where it was measured."""
        return self._parts[name].seconds

    def begin(self, name: str) -> Pace:
        return Pace(self, name)

    def note(self, name: str, done: float) -> Part:
        """Write down how much of a build is done."""
        with self._lock:
            self._parts[name] = Part(self._parts[name].seconds, done)
            return self._parts[name]

    def left(self) -> str:
        """Say how long all of it still takes; nothing where it is done."""
        with self._lock:
            seconds = remaining(list(self._parts.values()), self._clock.seconds)
        return f", about {duration(seconds)} left" if seconds else ""


class Pace:
    """One build of a run."""

    def __init__(self, estimates: Estimates, name: str) -> None:
        self.clock = Clock()
        self._estimates = estimates
        self._name = name

    def show(self, compiled: float) -> str:
        """Say how long it has taken and still takes, when so much (0 to 1) is compiled."""
        part = self._estimates.note(self._name, compiled * COMPILED)
        return f"{self.clock}, about {duration(remaining([part], self.clock.seconds))} left"

    def end(self) -> None:
        self._estimates.note(self._name, 1.0)
