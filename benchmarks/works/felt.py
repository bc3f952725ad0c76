"""What somebody waits for who creates a group and looks on: the first line, and the verdict."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from benchmarks.contenders import IMAGE, NOT_THERE, OURS, Ours
from benchmarks.figures import Work
from benchmarks.measure import Command
from benchmarks.works.bench import Bench


def felt(bench: Bench) -> Iterator[Work]:
    """Yield a create whose Pods become ready and one whose Pods cannot; both wait."""
    ours = Ours(bench.place.shell("felt"))

    def waits(name: str, image: str) -> Command:
        return ours("create", f"--name={name}", f"--image={image}", "--port=8080")

    def fails(number: int) -> Command:
        return dataclasses.replace(waits(f"bad-{number}", NOT_THERE), code=1)

    good = {OURS: lambda n: waits(f"good-{n}", IMAGE)}
    yield bench.engine("felt-works", "`create` that works", good)
    yield bench.engine("felt-fails", "`create` of an image that is not there", {OURS: fails})
