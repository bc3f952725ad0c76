"""Before a bench: a toolchain that fits, and what killed benches have left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from benchmarks.errors import BenchError
from benchmarks.place import MARKER, PREFIX, clear_leftovers, find_toolchain, mark


def make_toolchain(cache: Path, key: str) -> Path:
    (cache / key).mkdir(parents=True)
    (cache / key / "complete").write_text("")
    return cache / key


def leftover(base: Path, pid: int, created: float) -> Path:
    folder = base / f"{PREFIX}abc"
    (folder / "shells" / "few").mkdir(parents=True)
    (folder / MARKER).write_text(json.dumps({"pid": pid, "created": created}))
    return folder


def nobody(_: str) -> None:
    """Is told and says nothing."""


def test_the_pinned_toolchain_is_used(tmp_path):
    make_toolchain(tmp_path, "old")
    pinned = make_toolchain(tmp_path, "new")

    assert find_toolchain(tmp_path, "new") == pinned


def test_no_toolchain_and_an_old_one_are_told_apart(tmp_path):
    with pytest.raises(BenchError, match=r"there is no toolchain in .*; run `make toolchain`"):
        find_toolchain(tmp_path, "new")

    make_toolchain(tmp_path, "old")
    with pytest.raises(BenchError, match=r"\(old\) is not the pinned one; run `make toolchain`"):
        find_toolchain(tmp_path, "new")


def test_a_half_built_toolchain_is_none(tmp_path):
    (tmp_path / "new").mkdir()

    with pytest.raises(BenchError, match="there is no toolchain"):
        find_toolchain(tmp_path, "new")


def test_what_a_killed_bench_left_is_removed_with_its_processes(tmp_path):
    folder = leftover(tmp_path, pid=2**22 + 1, created=1.0)
    sleeping = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], cwd=folder / "shells" / "few"
    )
    told: list[str] = []

    clear_leftovers(tmp_path, tmp_path, told.append)

    assert not folder.exists()
    assert not psutil.pid_exists(sleeping.pid)
    assert told == [f"removing what a killed bench has left in {folder}"]


def test_a_number_that_belongs_to_another_process_now_is_no_running_bench(tmp_path):
    folder = leftover(tmp_path, pid=os.getpid(), created=1.0)

    clear_leftovers(tmp_path, tmp_path, nobody)

    assert not folder.exists()


def test_a_damaged_mark_is_one_of_a_killed_bench(tmp_path):
    folder = leftover(tmp_path, pid=1, created=1.0)
    (folder / MARKER).write_text("{")

    clear_leftovers(tmp_path, tmp_path, nobody)

    assert not folder.exists()


def test_a_bench_that_runs_is_left_alone(tmp_path):
    folder = leftover(tmp_path, pid=os.getpid(), created=psutil.Process().create_time())

    with pytest.raises(BenchError, match=f"another bench runs as process {os.getpid()}"):
        clear_leftovers(tmp_path, tmp_path, nobody)

    assert folder.exists()


def test_the_mark_of_this_process_is_that_of_a_running_bench(tmp_path):
    folder = tmp_path / f"{PREFIX}mine"
    folder.mkdir()
    mark(folder)

    with pytest.raises(BenchError, match="another bench runs"):
        clear_leftovers(tmp_path, tmp_path, nobody)


def test_folders_that_only_look_like_ours_are_left_alone(tmp_path):
    plain, elsewhere = tmp_path / f"{PREFIX}plain", tmp_path / "elsewhere"
    plain.mkdir()
    (plain / "file").write_text("of somebody")
    elsewhere.mkdir()
    (elsewhere / MARKER).write_text("{}")
    (tmp_path / f"{PREFIX}link").symlink_to(elsewhere)

    clear_leftovers(tmp_path, tmp_path, nobody)

    assert (plain / "file").exists()
    assert (elsewhere / MARKER).exists()
