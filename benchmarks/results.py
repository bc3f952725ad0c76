"""Everything that one bench has found, and its JSON form."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from .contenders import OURS
from .counting import Counts
from .figures import Growth, Target, Work
from .targets import LIST_MANY, TARGETS
from .where import Where


@dataclass(frozen=True)
class Machine:
    """What the figures were measured on. load: of the minute before the first of them."""

    cores: int
    memory: int
    processor: str
    system: str
    python: str
    load: float

    @classmethod
    def here(cls) -> Machine:
        return cls(
            cores=len(os.sched_getaffinity(0)),
            memory=psutil.virtual_memory().total,
            processor=_processor(),
            system=f"{platform.system()} {platform.release().partition('-')[0]}",
            python=platform.python_version(),
            load=os.getloadavg()[0],
        )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


@dataclass(frozen=True)
class Results:
    """works: by key, LIST_MANY among them. felt: what somebody waits for who looks on. imports: what `list`
    loads. missed: by work, where the time of one goes whose target is missed.
    """

    profile: str
    machine: Machine
    works: Mapping[str, Work]
    felt: Sequence[Work]
    growths: Sequence[Growth]
    counts: Mapping[str, Mapping[str, Counts]]
    imports: Where
    missed: Mapping[str, Where]

    def targets(self) -> list[tuple[Target, Work]]:
        return [(target, self.works[target.work]) for target in TARGETS]

    def data(self) -> dict[str, Any]:
        """Return plain JSON: seconds and bytes of every single run."""
        return {
            "profile": self.profile,
            "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "machine": asdict(self.machine),
            "works": {key: _work(work) for key, work in self.works.items()},
            "felt": {work.key: _work(work) for work in self.felt},
            "growth": {growth.key: _growth(growth) for growth in self.growths},
            "counts": {
                operation: {name: asdict(found) for name, found in by.items()}
                for operation, by in self.counts.items()
            },
            "targets": [_target(target, work) for target, work in self.targets()],
        }


def _work(work: Work) -> dict[str, Any]:
    return {
        "title": work.title,
        "extrapolated": dict(work.extrapolated),
        "runs": {
            name: [{key: value for key, value in asdict(run).items() if key != "stdout"} for run in runs]
            for name, runs in work.runs.items()
        },
        "ratios": {name: work.ratio(name) for name in work.runs if name != OURS},
    }


def _growth(growth: Growth) -> dict[str, Any]:
    return {
        "unit": growth.unit,
        "works": {str(size): _work(work) for size, work in growth.works.items()},
        "factor": growth.factor,
        "limit": growth.limit,
        "met": growth.factor <= growth.limit,
    }


def _target(target: Target, work: Work) -> dict[str, Any]:
    found = target.value(work)
    return {**asdict(target), "found": found, "met": found <= target.limit}


def compared(growths: Sequence[Growth]) -> dict[str, Work]:
    """Return those works of the growth tables that others did too, the longest list as LIST_MANY."""
    [listed] = [growth for growth in growths if growth.key == "groups-list"]
    [history] = [growth for growth in growths if growth.key == "revisions-history"]
    longest = listed.works[max(listed.works)]
    return {LIST_MANY: longest, **{work.key: work for work in history.works.values()}}
