"""The bench in its short profile: every command succeeds and its files are whole. Never a matter of time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from benchmarks.place import PREFIX
from benchmarks.targets import TARGETS
from tests.integration.terminal import ROOT

pytestmark = pytest.mark.integration


def bench(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the bench with a folder for temporary files of its own."""
    (folder / "tmp").mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", "--profile=short", *arguments],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder / "tmp"), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _runs(work: dict[str, Any]) -> list[dict[str, Any]]:
    return [run for runs in work["runs"].values() for run in runs]


def left_by(folder: Path) -> list[Path]:
    return list((folder / "tmp").glob(f"{PREFIX}*"))


@pytest.mark.long
def test_the_short_bench_does_everything_once(toolchain: Path, tmp_path: Path) -> None:
    done = bench(tmp_path, f"--output={tmp_path / 'found'}")

    assert done.returncode == 0, done.stderr
    assert left_by(tmp_path) == []
    page = (tmp_path / "found" / "benchmarks.md").read_text()
    assert done.stdout.strip() == page.strip()
    data = json.loads((tmp_path / "found" / "benchmarks.json").read_text())
    assert {target.work for target in TARGETS} <= set(data["works"])
    create = data["counts"]["create"]["scaling-group"]
    assert create["processes"] == 1
    assert create["requests"] > 0
    assert data["counts"]["list of 3"]["scaling-group"]["processes"] == 0
    assert data["counts"]["create"]["Automation API"]["processes"] > 2
    assert all(0 < run["first"] <= run["wall"] for work in data["felt"].values() for run in _runs(work))
    for work in data["works"].values():
        assert all(run["wall"] > 0 and run["peak"] > 0 for run in _runs(work))
    ET.fromstring((tmp_path / "found" / "benchmarks.svg").read_text())  # noqa: S314 - of our own making


def test_without_a_toolchain_it_says_what_to_do(tmp_path: Path) -> None:
    done = bench(tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache"))

    assert done.returncode == 1
    assert "run `make toolchain`" in done.stderr
    assert "Traceback" not in done.stderr
    assert left_by(tmp_path) == []
