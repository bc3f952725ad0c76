"""What the policy pack adds to an update by the engine alone."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.contenders import FLOOR, OURS, ROOT, Floor
from benchmarks.figures import Work
from benchmarks.measure import run
from benchmarks.works.bench import Bench


def policies(bench: Bench) -> Iterator[Work]:
    """Yield an update of three objects that changes nothing, with the pack and without."""
    floor = Floor.beside(bench.place, "policies")
    pack = _pack(bench.place.folder)
    run(floor("create", "web"))
    yield bench.engine(
        "policies",
        "the engine's `up` with the policy pack",
        {
            OURS: lambda _: floor("update", "web", str(pack)),
            FLOOR: lambda _: floor("update", "web"),
        },
    )


def _pack(folder: Path) -> Path:
    """Return a copy of the pack; the packages that it needs are those of the bench."""
    pack = folder / "policies"
    shutil.copytree(ROOT / "policies", pack, ignore=shutil.ignore_patterns("venv", "__pycache__"))
    (pack / "venv").symlink_to(Path(sys.executable).parents[1])
    return pack
