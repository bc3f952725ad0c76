"""What needs neither the engine nor a cluster."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.contenders import OURS, Ours
from benchmarks.figures import Work
from benchmarks.works.bench import Bench


def quick(bench: Bench) -> Iterator[Work]:
    """Yield --help and render."""
    ours = Ours(bench.place.shell("quick"))
    yield bench.quick("help", "`--help`", {OURS: lambda _: ours("--help")})
    yield bench.quick("render", "`render`", {OURS: lambda _: ours.render("web")})
