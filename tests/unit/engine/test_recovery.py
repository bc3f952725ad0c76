"""Locks that nobody holds are cleared, all others stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaling_group.engine.locks import Lock
from scaling_group.engine.recovery import recover


def lock(folder: Path, *, abandoned: bool) -> Lock:
    file = folder / "lock.json"
    file.touch()
    return Lock("abc123.inference", file, 7, "ada", "here", "then", abandoned)


def test_the_lock_of_a_process_that_ended_is_cleared_and_told(tmp_path):
    abandoned = lock(tmp_path, abandoned=True)
    said: list[str] = []

    recover([abandoned], tmp_path, said.append)

    assert not abandoned.file.exists()
    assert said == ["cleared the lock of a run that was killed (pid 7, then)"]


def test_a_lock_that_may_be_held_stays(tmp_path):
    held = lock(tmp_path, abandoned=False)

    recover([held], tmp_path, pytest.fail)

    assert held.file.exists()


def test_a_lock_that_is_gone_meanwhile_is_no_trouble(tmp_path):
    abandoned = lock(tmp_path, abandoned=True)
    abandoned.file.unlink()

    recover([abandoned], tmp_path, lambda _said: None)
