"""Locks that nobody holds."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path

import pytest

from scaling_group.engine.recovery import recover


@pytest.fixture
def ended_pid() -> int:
    """The pid of a process that has ended."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def write_lock(folder: Path, pid: int, hostname: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / f"{pid}-{hostname}.json"
    file.write_text(json.dumps({"pid": pid, "hostname": hostname, "username": "ada", "timestamp": "then"}))
    return file


def test_the_lock_of_a_process_that_ended_here_is_cleared_and_told(tmp_path: Path, ended_pid: int) -> None:
    file = write_lock(tmp_path / "locks", ended_pid, socket.gethostname())
    said: list[str] = []
    recover(tmp_path / "locks", tmp_path, said.append)
    assert not file.exists()
    assert said == [f"cleared the lock of a run that was killed (pid {ended_pid}, then)"]


def test_the_lock_of_another_machine_stays(tmp_path: Path, ended_pid: int) -> None:
    file = write_lock(tmp_path / "locks", ended_pid, "elsewhere")
    recover(tmp_path / "locks", tmp_path, pytest.fail)
    assert file.exists()


def test_the_lock_of_a_running_engine_stays(tmp_path: Path) -> None:
    engine = tmp_path / "pulumi"
    engine.symlink_to("/bin/sleep")
    process = subprocess.Popen([str(engine), "60"])
    try:
        file = write_lock(tmp_path / "locks", process.pid, socket.gethostname())
        recover(tmp_path / "locks", tmp_path, pytest.fail)
        assert file.exists()
    finally:
        process.kill()
        process.wait()


def test_a_pid_that_another_program_has_now_is_no_engine(tmp_path: Path) -> None:
    process = subprocess.Popen(["sleep", "60"])
    try:
        file = write_lock(tmp_path / "locks", process.pid, socket.gethostname())
        recover(tmp_path / "locks", tmp_path, lambda _said: None)
        assert not file.exists()
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("content", ["", "[]", "{", '"x"'])
def test_a_lock_that_cannot_be_read_is_left_to_the_engine(tmp_path: Path, content: str) -> None:
    (tmp_path / "locks").mkdir()
    file = tmp_path / "locks" / "lock.json"
    file.write_text(content)
    recover(tmp_path / "locks", tmp_path, pytest.fail)
    assert file.exists()


def test_a_backend_without_a_folder_has_no_locks_to_look_at(tmp_path: Path) -> None:
    recover(None, tmp_path, pytest.fail)
