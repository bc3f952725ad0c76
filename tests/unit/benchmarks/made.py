"""Results that no bench has made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.contenders import AUTOMATION, CREATE, FLOOR, KUBECTL, OURS
from benchmarks.counting import Counts
from benchmarks.figures import Growth, Work
from benchmarks.measure import Run
from benchmarks.results import Machine, Results
from benchmarks.targets import APPLY_AGAIN, APPLY_MANY, LIST_MANY
from benchmarks.where import Where

MIB = 2**20


def runs(*walls: float, peak: int = 40) -> list[Run]:
    """Return a run for each number of seconds, with this many MiB."""
    return [Run(wall, wall / 2, peak * MIB, first=wall / 4) for wall in walls]


def work(key: str, title: str = "", **walls: Sequence[float]) -> Work:
    """Return work by ours, automation, kubectl, floor and create."""
    names = {"ours": OURS, "automation": AUTOMATION, "kubectl": KUBECTL, "floor": FLOOR, "create": CREATE}
    return Work(key, title or f"`{key}`", {names[short]: runs(*values) for short, values in walls.items()})


def growth(key: str, unit: str, constant: bool, **walls: float) -> Growth:
    """Return growth from seconds by size, `n10=0.5`."""
    works = {int(size[1:]): work(f"{key}-{size}", ours=[wall]) for size, wall in walls.items()}
    return Growth(key, f"`{key}`", unit, constant, works)


def results(**changes: Any) -> Results:
    """Return results in which every target is met."""
    works = {
        "help": work("help", ours=[0.1]),
        "create": work("create", ours=[1.2, 1.3], automation=[4.0, 4.0], floor=[1.9, 2.0]),
        "update": work("update", ours=[1.2], floor=[1.6]),
        "delete": work("delete", ours=[1.0], automation=[2.0], create=[1.2]),
        "get": work("get", ours=[0.15], automation=[1.5], kubectl=[0.1]),
        "list": work("list", ours=[0.15], automation=[4.0], kubectl=[0.1]),
        LIST_MANY: work("list-1000", "`list` of 1000", ours=[0.6], kubectl=[0.5]),
        "policies": work("policies", ours=[1.2], floor=[1.0]),
        "policies-folder": work("policies-folder", ours=[1.3], floor=[1.0]),
        APPLY_MANY: work(APPLY_MANY, ours=[40.0]),
        APPLY_AGAIN: work(APPLY_AGAIN, ours=[2.0], kubectl=[1.0]),
    }
    usual: dict[str, Any] = {
        "profile": "full",
        "machine": Machine(2, 8 * 2**30, "A processor", "Linux 6.1", "3.12.1", 0.25),
        "works": works,
        "felt": [work("felt-works", "`create` that works", ours=[4.0])],
        "growths": [
            growth("groups-list", "groups", False, n10=0.4, n100=0.5, n1000=0.9),
            growth("revisions-get", "revisions", True, n1=0.4, n100=0.41, n1000=0.42),
        ],
        "counts": {"create": {OURS: Counts(2, 3, 40, 1500, 20_000), AUTOMATION: Counts(9, 1, 20, 10, 5)}},
        "imports": Where([("pydantic", 120.0, 40), ("click", 20.0, 12)]),
        "missed": {},
    }
    return Results(**{**usual, **changes})
