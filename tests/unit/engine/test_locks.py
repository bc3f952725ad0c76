"""Locks of the engine: who holds them, and whether their owner is gone."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scaling_group.engine.backend import Backend
from scaling_group.engine.locks import CliLocks, StoreLocks, environment_locks, locks_of, read_locks
from scaling_group.engine.owner import record_owner
from scaling_group.errors import Failed, InvalidInput
from tests.unit.engine.test_store_stacks import Objects

STACK = "abc123.inference"


@pytest.fixture
def ended_pid() -> int:
    """The pid of a process that has ended."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


@pytest.fixture
def living() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


def write_lock(folder: Path, content: str, stack: str = STACK, name: str = "lock") -> Path:
    file = folder / "locks" / "organization" / "scaling-group" / stack / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


def held_by(pid: int, hostname: str, timestamp: str = "then") -> str:
    return json.dumps({"pid": pid, "hostname": hostname, "username": "ada", "timestamp": timestamp})


def test_a_lock_says_who_where_and_since_when(tmp_path, ended_pid):
    file = write_lock(tmp_path, held_by(7, "elsewhere"))

    (lock,) = read_locks(tmp_path, STACK, tmp_path)

    assert (lock.stack, lock.file, lock.pid) == (STACK, file, 7)
    assert str(lock) == "ada@elsewhere (pid 7) since then"
    assert not lock.abandoned


def taken_by(process: subprocess.Popen[bytes], folder: Path) -> Path:
    """Note an engine as its command does, and write the lock that it takes; return the work folders."""
    work = folder / "work"
    (work / STACK).mkdir(parents=True)
    owner = record_owner(work / STACK, process.pid)
    moment = datetime.fromtimestamp(owner.began, UTC).isoformat()
    write_lock(folder, held_by(process.pid, socket.gethostname(), moment))
    return work


def test_an_owner_that_we_have_started_and_that_has_ended_is_gone(tmp_path, living):
    work = taken_by(living, tmp_path)
    assert [lock.abandoned for lock in read_locks(tmp_path, STACK, work)] == [False]

    living.kill()
    living.wait()

    assert [lock.abandoned for lock in read_locks(tmp_path, STACK, work)] == [True]


def test_the_end_of_one_engine_says_nothing_of_another_engines_lock(tmp_path, living):
    """As of a colleague's machine that shares the folder, and may even count the same PIDs."""
    work = taken_by(living, tmp_path)
    moment = datetime.now(UTC).isoformat()
    write_lock(tmp_path, held_by(living.pid, "elsewhere", moment), name="other-host")
    write_lock(tmp_path, held_by(living.pid + 1, socket.gethostname(), moment), name="other-process")
    living.kill()
    living.wait()

    abandoned = {lock.file.stem for lock in read_locks(tmp_path, STACK, work) if lock.abandoned}

    assert abandoned == {"lock"}


def test_an_owner_of_this_host_that_nobody_here_has_started_is_never_gone(tmp_path, ended_pid):
    """As an engine in a container with the same host name, or of a user whose processes are hidden."""
    write_lock(tmp_path, held_by(ended_pid, socket.gethostname(), "2026-01-02T03:04:05Z"))

    assert [lock.abandoned for lock in read_locks(tmp_path, STACK, tmp_path)] == [False]


def test_an_engine_of_a_container_with_the_same_host_name_is_not_gone(tmp_path):
    """A real one: its PID means another process here, or none."""
    begin = "import os, sys; print(os.getpid(), flush=True); sys.stdin.read()"
    command = ["unshare", "--user", "--map-root-user", "--pid", "--fork", sys.executable, "-c", begin]
    container = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    pid = int(container.stdout.readline())
    write_lock(tmp_path, held_by(pid, socket.gethostname(), datetime.now(UTC).isoformat()))

    assert [lock.abandoned for lock in read_locks(tmp_path, STACK, tmp_path)] == [False]
    container.communicate("")


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '"x"', "\0", json.dumps({"hostname": socket.gethostname(), "pid": "7"})]
)
def test_a_lock_that_cannot_be_read_is_there_and_not_abandoned(tmp_path, content):
    file = write_lock(tmp_path, content)

    (lock,) = read_locks(tmp_path, STACK, tmp_path)

    assert (lock.pid, lock.abandoned) == (None, False)
    assert str(file) in str(lock)


def test_locks_are_read_for_one_stack_or_for_an_environment(tmp_path):
    write_lock(tmp_path, held_by(1, "a", "later"), stack="e.b", name="0")
    write_lock(tmp_path, held_by(2, "a", "early"), stack="e.b", name="1")
    write_lock(tmp_path, held_by(3, "a"), stack="e.a")
    write_lock(tmp_path, held_by(4, "a"), stack="e2.a")

    assert [lock.pid for lock in environment_locks(tmp_path, "e", tmp_path)] == [3, 2, 1]
    assert [lock.pid for lock in read_locks(tmp_path, "e.a", tmp_path)] == [3]
    assert read_locks(tmp_path, "e.none", tmp_path) == []


def test_no_pattern_and_no_path_reaches_the_lock_of_another_stack(tmp_path):
    write_lock(tmp_path, held_by(1, "a"), stack="e.b")
    state = tmp_path / "stacks" / "x.json"
    state.parent.mkdir()
    state.write_text("{}")

    for pattern in ("e.*", "*", "e.[b]"):
        assert read_locks(tmp_path, pattern, tmp_path) == []
    assert environment_locks(tmp_path, "*", tmp_path) == []
    with pytest.raises(InvalidInput):
        read_locks(tmp_path, "e.b/../../../../stacks", tmp_path)


def no_cli() -> str:
    raise AssertionError("the CLI is not needed here")


def test_a_folder_releases_the_locks_that_it_has_shown_and_no_later_one(tmp_path):
    locks = locks_of(Backend(f"file://{tmp_path}"), tmp_path / "data", no_cli)
    write_lock(tmp_path / ".pulumi", held_by(7, "elsewhere"), name="shown")
    held = locks.held("abc123", "inference")
    later = write_lock(tmp_path / ".pulumi", held_by(8, "elsewhere"), name="later")

    locks.release("abc123", "inference", held)

    assert [lock.file for lock in locks.held("abc123", "inference") or ()] == [later]


@pytest.mark.parametrize(
    ("backend", "stack"),
    [
        (Backend("s3://bucket"), "abc123.web"),
        (Backend("https://api.pulumi.com", organization="acme"), "acme/scaling-group/abc123.web"),
    ],
)
@pytest.mark.parametrize("code", [0, 1])
def test_another_backend_shows_no_lock_and_removes_it_through_the_cli(tmp_path, code, backend, stack):
    command, asked = tmp_path / "pulumi", tmp_path / "asked"
    command.write_text(f'#!/bin/sh\necho "$@" > {asked}\necho no bucket >&2\nexit {code}\n')
    command.chmod(0o755)
    locks = locks_of(backend, tmp_path / "data", lambda: str(command))

    assert locks.held("abc123", "web") is None
    if code:
        with pytest.raises(Failed) as raised:
            locks.release("abc123", "web", None)
        assert (raised.value.message, raised.value.detail) == (
            "the lock of web could not be removed",
            "no bucket",
        )
    else:
        locks.release("abc123", "web", None)
    assert asked.read_text() == f"--non-interactive cancel --yes --stack {stack}\n"


def test_locks_in_a_store_are_seen_with_their_owners_and_removed_by_key(tmp_path):
    store = Objects()
    root = ".pulumi/locks/organization/scaling-group"
    for stack, name in (("abc123.web", "a"), ("abc123.api", "b"), ("abc1234.web", "c")):
        store.held[f"{root}/{stack}/{name}.json"] = held_by(7, "elsewhere").encode()
    locks = StoreLocks(store, tmp_path, CliLocks(Backend("s3://bucket"), tmp_path, no_cli))

    assert [lock.stack for lock in locks.of_environment("abc123") or ()] == ["abc123.api", "abc123.web"]
    held = locks.held("abc123", "web")
    assert [(lock.pid, lock.hostname, lock.abandoned) for lock in held or ()] == [(7, "elsewhere", False)]

    locks.release("abc123", "web", held)

    assert sorted(store.held) == [f"{root}/abc123.api/b.json", f"{root}/abc1234.web/c.json"]
