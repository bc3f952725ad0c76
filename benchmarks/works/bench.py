"""What every kind of work is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.figures import Work
from benchmarks.measure import Command, Run, in_turn
from benchmarks.place import Place, Report
from benchmarks.profiles import Profile


@dataclass(frozen=True)
class Bench:
    """A place to work in, how much is to be measured, and who is told of progress."""

    place: Place
    profile: Profile
    report: Report

    def quick(self, key: str, title: str, contenders: dict[str, Callable[[int], Command]]) -> Work:
        """Measure work that can be repeated as it is."""
        return self._measured(key, title, contenders, self.profile.runs)

    def engine(self, key: str, title: str, contenders: dict[str, Callable[[int], Command]]) -> Work:
        """Measure work of the engine: a group of its own for each round."""
        return self._measured(key, title, contenders, self.profile.engine_runs)

    def in_turn(
        self, contenders: dict[str, Callable[[int], Command]], rounds: Iterable[int]
    ) -> dict[str, list[Run]]:
        """Run rounds of several in turn."""
        return in_turn(contenders, rounds, rested=self.profile.rested)

    def _measured(
        self, key: str, title: str, contenders: dict[str, Callable[[int], Command]], runs: int
    ) -> Work:
        self.report(f"{title}: {', '.join(contenders)}; {runs} rounds")
        return Work(key, title, self.in_turn(contenders, self.profile.rounds(runs)))
