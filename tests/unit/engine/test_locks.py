"""Locks of the engine: who holds them, and whether their owner is gone."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaling_group.engine.locks import environment_locks, read_locks
from scaling_group.errors import InvalidInput

STACK = "abc123.inference"


@pytest.fixture
def ended_pid() -> int:
    """The pid of a process that has ended."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


@pytest.fixture
def engine_pid(tmp_path: Path) -> Iterator[int]:
    """The pid of a running process with the engine's name."""
    engine = tmp_path / "pulumi"
    engine.symlink_to("/bin/sleep")
    process = subprocess.Popen([str(engine), "60"])
    yield process.pid
    process.kill()
    process.wait()


def write_lock(folder: Path, content: str, stack: str = STACK, name: str = "lock") -> Path:
    file = folder / "locks" / "organization" / "scaling-group" / stack / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


def held_by(pid: int, hostname: str, timestamp: str = "then") -> str:
    return json.dumps({"pid": pid, "hostname": hostname, "username": "ada", "timestamp": timestamp})


def test_a_lock_says_who_where_and_since_when(tmp_path, ended_pid):
    file = write_lock(tmp_path, held_by(7, "elsewhere"))

    (lock,) = read_locks(tmp_path, STACK)

    assert (lock.stack, lock.file, lock.pid) == (STACK, file, 7)
    assert str(lock) == "ada@elsewhere (pid 7) since then"
    assert not lock.abandoned


def test_the_owner_of_another_machine_is_never_gone(tmp_path, ended_pid):
    write_lock(tmp_path, held_by(ended_pid, "elsewhere"))

    assert [lock.abandoned for lock in read_locks(tmp_path, STACK)] == [False]


def test_an_owner_of_this_machine_that_ended_is_gone(tmp_path, ended_pid):
    write_lock(tmp_path, held_by(ended_pid, socket.gethostname()))

    assert [lock.abandoned for lock in read_locks(tmp_path, STACK)] == [True]


def test_a_running_engine_is_not_gone(tmp_path, engine_pid):
    write_lock(tmp_path, held_by(engine_pid, socket.gethostname()))

    assert [lock.abandoned for lock in read_locks(tmp_path, STACK)] == [False]


def test_a_pid_that_another_program_has_now_is_no_engine(tmp_path):
    process = subprocess.Popen(["sleep", "60"])
    try:
        write_lock(tmp_path, held_by(process.pid, socket.gethostname()))
        assert [lock.abandoned for lock in read_locks(tmp_path, STACK)] == [True]
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '"x"', "\0", json.dumps({"hostname": socket.gethostname(), "pid": "7"})]
)
def test_a_lock_that_cannot_be_read_is_there_and_not_abandoned(tmp_path, content):
    file = write_lock(tmp_path, content)

    (lock,) = read_locks(tmp_path, STACK)

    assert (lock.pid, lock.abandoned) == (None, False)
    assert str(file) in str(lock)


def test_locks_are_read_for_one_stack_or_for_an_environment(tmp_path):
    write_lock(tmp_path, held_by(1, "a", "later"), stack="e.b", name="0")
    write_lock(tmp_path, held_by(2, "a", "early"), stack="e.b", name="1")
    write_lock(tmp_path, held_by(3, "a"), stack="e.a")
    write_lock(tmp_path, held_by(4, "a"), stack="e2.a")

    assert [lock.pid for lock in environment_locks(tmp_path, "e")] == [3, 2, 1]
    assert [lock.pid for lock in read_locks(tmp_path, "e.a")] == [3]
    assert read_locks(tmp_path, "e.none") == []


def test_no_pattern_and_no_path_reaches_the_lock_of_another_stack(tmp_path):
    write_lock(tmp_path, held_by(1, "a"), stack="e.b")
    state = tmp_path / "stacks" / "x.json"
    state.parent.mkdir()
    state.write_text("{}")

    for pattern in ("e.*", "*", "e.[b]"):
        assert read_locks(tmp_path, pattern) == []
    assert environment_locks(tmp_path, "*") == []
    with pytest.raises(InvalidInput):
        read_locks(tmp_path, "e.b/../../../../stacks")
