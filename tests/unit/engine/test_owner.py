"""Whose an engine is. What cannot be seen is alive."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaling_group.engine.owner import (
    FILE,
    INITIAL,
    Owner,
    ProcessHost,
    owner_recorded,
    read_owner,
    record_owner,
    this_place,
)

WAITS = [sys.executable, "-c", "input()"]


@pytest.fixture
def running() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(WAITS, stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def elsewhere(owner: Owner, **place: str) -> Owner:
    return owner.model_copy(update={"place": owner.place.model_copy(update=place)})


def lock_of(owner: Owner, after: float = 1.0) -> tuple[int, str, str]:
    return owner.pid, owner.hostname, datetime.fromtimestamp(owner.began + after, UTC).isoformat()


@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_an_engine_that_runs_is_there_and_one_that_has_ended_is_gone(tmp_path, running, monkeypatch, system):
    monkeypatch.setattr(sys, "platform", system)
    owner = record_owner(tmp_path, running.pid)

    assert owner == read_owner(tmp_path)
    assert not owner.is_gone()
    end(running)
    assert owner.is_gone()


def test_an_engine_whose_parent_has_not_noticed_its_end_is_gone(tmp_path, running):
    owner = record_owner(tmp_path, running.pid)
    running.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOWAIT)

    assert owner.is_gone()
    assert record_owner(tmp_path, running.pid) is None


@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_a_pid_that_another_process_has_now_is_not_the_engine(tmp_path, running, monkeypatch, system):
    monkeypatch.setattr(sys, "platform", system)
    owner = record_owner(tmp_path, running.pid)

    assert owner.model_copy(update={"started": "1"}).is_gone()


@pytest.mark.parametrize("place", [{"namespace": "pid:[1]"}, {"boot": "another"}, {"machine": "another"}])
def test_an_engine_of_another_container_or_host_is_there_whatever_its_pid(tmp_path, running, place):
    owner = record_owner(tmp_path, running.pid)
    end(running)

    apart = {"machine": "", **place} if "boot" in place else place
    assert not elsewhere(owner, **apart).is_gone()


def test_after_a_boot_of_the_same_machine_no_engine_is_left(tmp_path, running, monkeypatch):
    here = ProcessHost(boot="new", namespace=INITIAL, machine="m")
    monkeypatch.setattr("scaling_group.engine.owner.this_place", lambda: here)
    owner = record_owner(tmp_path, running.pid)

    assert elsewhere(owner, boot="old").is_gone()
    assert not elsewhere(owner, boot="old", machine="another").is_gone()


def test_where_nothing_can_be_seen_everything_is_there(tmp_path, running, monkeypatch):
    owner = record_owner(tmp_path, running.pid)
    end(running)
    monkeypatch.setattr("scaling_group.engine.owner.this_place", lambda: None)

    assert not owner.is_gone()
    assert record_owner(tmp_path, os.getpid()) is None


def test_a_process_that_is_hidden_is_there(tmp_path, running, monkeypatch):
    """As one of another user is where /proc is mounted with hidepid=2."""
    owner = record_owner(tmp_path, running.pid)

    def refused(pid: int, _signal: int) -> None:
        raise PermissionError

    def hidden(self: Path, **_: object) -> str:
        raise FileNotFoundError(self)

    monkeypatch.setattr(os, "kill", refused)
    boot = this_place()
    monkeypatch.setattr("scaling_group.engine.owner.this_place", lambda: boot)
    monkeypatch.setattr(Path, "read_text", hidden)

    assert not owner.is_gone()


def test_a_lock_is_that_of_the_engine_by_pid_host_and_time(tmp_path, running):
    owner = record_owner(tmp_path, running.pid)
    pid, hostname, timestamp = lock_of(owner)

    assert hostname == socket.gethostname()
    assert owner.holds(pid, hostname, timestamp)
    assert not owner.holds(pid + 1, hostname, timestamp)
    assert not owner.holds(None, hostname, timestamp)
    assert not owner.holds(pid, "elsewhere", timestamp)


def test_a_lock_of_before_the_engine_or_after_its_end_is_anothers_of_the_same_pid(tmp_path, running):
    owner = record_owner(tmp_path, running.pid)
    assert not owner.holds(*lock_of(owner, after=-60))

    ended = owner.model_copy(update={"ended": owner.began + 10})
    assert ended.holds(*lock_of(owner, after=5))
    assert not ended.holds(*lock_of(owner, after=60))


@pytest.mark.parametrize("timestamp", ["", "then", "2026", "2026-01-02T03:04:05.123456789Z"])
def test_a_lock_of_no_time_is_nobodys(tmp_path, running, timestamp):
    assert not record_owner(tmp_path, running.pid).holds(running.pid, socket.gethostname(), timestamp)


def test_the_time_of_a_lock_may_have_nanoseconds_and_a_zone(tmp_path, running):
    owner = record_owner(tmp_path, running.pid)
    pid, hostname, timestamp = lock_of(owner)
    moment = datetime.fromisoformat(timestamp)

    assert owner.holds(pid, hostname, f"{moment:%Y-%m-%dT%H:%M:%S}.123456789Z")


def test_the_end_of_an_engine_is_noted_and_not_that_of_one_that_was_left(tmp_path, running):
    with owner_recorded(tmp_path, running.pid):
        assert read_owner(tmp_path).ended is None
    assert read_owner(tmp_path).ended is not None

    with pytest.raises(KeyboardInterrupt), owner_recorded(tmp_path, running.pid):
        raise KeyboardInterrupt
    assert read_owner(tmp_path).ended is None


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path, running):
    (tmp_path / FILE).mkdir()

    with owner_recorded(tmp_path, running.pid):
        pass
    assert read_owner(tmp_path) is None


@given(st.binary() | st.from_regex(rb'\{"pid": ?-?[0-9]{1,40}[,}]'))
def test_any_file_is_an_owner_or_none(tmp_path: Path, content: bytes):
    (tmp_path / FILE).write_bytes(content)

    assert read_owner(tmp_path) is None
