"""Medians, spreads and ratios of runs, and the targets that they are held against."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .contenders import OURS
from .measure import Run


@dataclass(frozen=True)
class Work:
    """One kind of work and the runs of everybody who did it, round by round.

    extrapolated: contenders whose seconds are not those of one run, and how they came about.
    """

    key: str
    title: str
    runs: Mapping[str, Sequence[Run]]
    extrapolated: Mapping[str, str] = field(default_factory=dict)

    def median(self, contender: str = OURS) -> float:
        return statistics.median(run.wall for run in self.runs[contender])

    def spread(self, contender: str = OURS) -> tuple[float, float]:
        walls = [run.wall for run in self.runs[contender]]
        return min(walls), max(walls)

    def first(self, contender: str = OURS) -> float:
        """Return the seconds until the first line of progress."""
        return statistics.median(run.first for run in self.runs[contender])

    def cpu(self, contender: str = OURS) -> float:
        return statistics.median(run.cpu for run in self.runs[contender])

    def peak(self, contender: str = OURS) -> int:
        return int(statistics.median(run.peak for run in self.runs[contender]))

    def ratio(self, contender: str) -> float:
        """Return the median of the ratios round by round: a machine that slows down slows both."""
        pairs = zip(self.runs[OURS], self.runs[contender], strict=True)
        return statistics.median(ours.wall / other.wall for ours, other in pairs)


@dataclass(frozen=True)
class Growth:
    """One kind of work at several sizes, which took turns: constant work must not grow, all other at most
    linearly.
    """

    key: str
    title: str
    unit: str
    constant: bool
    works: Mapping[int, Work]

    @property
    def factor(self) -> float:
        """How many times as long as the smallest size the largest takes: the median, round by round."""
        largest, smallest = (self.works[size].runs[OURS] for size in (max(self.works), min(self.works)))
        return statistics.median(a.wall / b.wall for a, b in zip(largest, smallest, strict=True))

    @property
    def limit(self) -> float:
        return CONSTANT if self.constant else max(self.works) / min(self.works)


#: Times differ by so much between runs; what should not grow stays below.
CONSTANT = 1.2


@dataclass(frozen=True)
class Target:
    """A limit for a work: a ratio to a contender, seconds, or megabytes at the peak.

    bound: what keeps the work from being faster, where that is known and not ours.
    """

    work: str
    kind: str
    limit: float
    bound: str = ""

    def value(self, work: Work) -> float:
        if self.kind == SECONDS:
            return work.median()
        if self.kind == MEGABYTES:
            return work.peak() / 2**20
        return work.ratio(self.kind)

    def text(self) -> str:
        if self.kind == SECONDS:
            return f"≤ {self.limit:g} s"
        if self.kind == MEGABYTES:
            return f"≤ {self.limit:g} MiB at the peak"
        return f"≤ {self.limit:g} × {self.kind}"

    def found(self, work: Work) -> str:
        value = self.value(work)
        if self.kind == MEGABYTES:
            return f"{value:.0f} MiB"
        return f"{value:.2f} s" if self.kind == SECONDS else f"{value:.2f} ×"


SECONDS = "seconds"
MEGABYTES = "MiB"
