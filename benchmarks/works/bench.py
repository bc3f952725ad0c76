"""What every kind of work is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contenders import BEFORE, OURS, Ours
from benchmarks.figures import Work
from benchmarks.measure import Command, Key, Run, in_turn
from benchmarks.place import Place, Report
from benchmarks.profiles import Profile

#: Returns the command of a round.
Step = Callable[[int], Command]


def always(command: Command) -> Step:
    """Return the step of work that can be repeated as it is."""
    return lambda _: command


@dataclass(frozen=True)
class Bench:
    """A place to work in, how much is to be measured, and who is told of progress."""

    place: Place
    profile: Profile
    report: Report
    #: Another checkout of the project with an installation of its own, whose commands take part.
    before: Path | None = None

    def with_before(self, ours: Ours, of_before: Ours) -> dict[str, Ours]:
        """Return our command, and beside it that of the other checkout where there is one."""
        return {OURS: ours, **({BEFORE: of_before.of(self.before)} if self.before else {})}

    def quick(self, key: str, title: str, contenders: dict[str, Step]) -> Work:
        """Measure work that can be repeated as it is."""
        return self._measured(key, title, contenders, self.profile.runs)

    def engine(self, key: str, title: str, contenders: dict[str, Step]) -> Work:
        """Measure work of the engine: a group of its own for each round."""
        return self._measured(key, title, contenders, self.profile.engine_runs)

    def in_turn(self, contenders: Mapping[Key, Step], rounds: Iterable[int]) -> dict[Key, list[Run]]:
        """Run rounds of several in turn."""
        return in_turn(contenders, rounds, rested=self.profile.rested)

    def by_size(
        self,
        key: str,
        title: Callable[[int], str],
        contenders: Mapping[int, Mapping[str, Step]],
        runs: int,
        *,
        before: Callable[[int], object] = lambda _: None,
    ) -> dict[int, Work]:
        """Measure the same work at several sizes, which take turns as contenders do.

        before: what is done before a round and not timed.
        """
        self.report(f"{title(max(contenders))} and fewer: {runs} rounds")
        steps = {(size, name): step for size, by in contenders.items() for name, step in by.items()}
        found: dict[tuple[int, str], list[Run]] = {step: [] for step in steps}
        for number in self.profile.rounds(runs):
            before(number)
            for step, done in self.in_turn(steps, [number]).items():
                found[step] += done
        return {
            size: Work(f"{key}-{size}", title(size), {name: found[size, name] for name in by})
            for size, by in contenders.items()
        }

    def _measured(self, key: str, title: str, contenders: dict[str, Step], runs: int) -> Work:
        self.report(f"{title}: {', '.join(contenders)}; {runs} rounds")
        return Work(key, title, self.in_turn(contenders, self.profile.rounds(runs)))
