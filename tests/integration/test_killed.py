"""Commands that are killed: the next one works, and nothing is left behind."""

from __future__ import annotations

import json
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.integration.terminal import Terminal
from tests.integration.waiting import HANGS_SECONDS

pytestmark = pytest.mark.integration


def rarely(delay: float) -> Any:
    """Return a moment for --long: test_random_kills.py tries others."""
    return pytest.param(delay, marks=pytest.mark.long)


def locks(terminal: Terminal) -> list[Path]:
    return list((terminal.data_dir / "state" / ".pulumi" / "locks").rglob("*.json"))


def engine_of(terminal: Terminal) -> psutil.Process:
    """Return the engine process that works in the test's own folder, once it has a lock."""
    end = time.monotonic() + HANGS_SECONDS
    while time.monotonic() < end:
        for process in terminal.processes("pulumi"):
            if process.info["name"] == "pulumi" and locks(terminal):
                return process
        time.sleep(0.01)
    raise AssertionError("no engine was started")


def kill_during(terminal: Terminal, delay: float, *arguments: str) -> bool:
    """Start a command and kill it and its engine, as a machine that loses power would.

    Returns whether the engine held its lock when it was killed; a fast one may have ended before.
    """
    command = subprocess.Popen(
        ["scaling-group", *arguments],
        env=terminal.environ(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    engine = engine_of(terminal)
    time.sleep(delay)
    command.kill()
    if engine.is_running():
        engine.kill()
    command.wait()
    psutil.wait_procs([engine], timeout=HANGS_SECONDS)
    return bool(locks(terminal))


def providers(terminal: Terminal) -> list[int]:
    return [process.pid for process in terminal.processes("pulumi-resource")]


@pytest.mark.parametrize("delay", [0.0, rarely(0.4), rarely(0.9)])
def test_a_killed_create_can_be_deleted_or_created(terminal: Terminal, delay: float) -> None:
    flags = ("create", "--name=web", "--image=my-registry/server:v1", "--port=8080")
    kill_during(terminal, delay, *flags, "--no-wait")
    again = terminal.group(*flags)
    if again.returncode == 4:
        assert "already exists" in again.stderr
        updated = terminal.data("update", "web", "--replicas=2")
        assert updated["status"] == "Available"
    else:
        assert again.returncode == 0, again.stderr
    assert providers(terminal) == []
    done = terminal.group("delete", "web")
    assert done.returncode == 0, done.stderr
    assert terminal.names() == []


@pytest.mark.parametrize("delay", [rarely(0.0), 0.7])
def test_a_killed_update_is_noted_and_the_next_one_works(terminal: Terminal, delay: float) -> None:
    terminal.create("web")
    held = kill_during(terminal, delay, "update", "web", "--replicas=3", "--no-wait")
    # What is left can be read before anything repairs it.
    for read in (("get", "web"), ("history", "web"), ("list", "--include-deleted")):
        assert terminal.group(*read).returncode == 0, read
    updated = terminal.group("update", "web", "--replicas=2", "--tag=a=b")
    assert updated.returncode == 0, updated.stderr
    shown = terminal.data("get", "web")
    assert shown["replicas"] == {"desired": 2, "updated": 2, "ready": 2, "available": 2}
    assert (shown["drift"], shown["spec"]["tags"]) == ([], {"a": "b"})
    results = [entry["result"] for entry in terminal.data("history", "web")]
    assert results[0] == results[-1] == "succeeded"
    assert providers(terminal) == []
    assert ("removed the lock of a killed run (pid " in updated.stderr) is held
    assert held or delay > 0


@pytest.mark.parametrize("delay", [rarely(0.0), 0.4])
def test_a_killed_delete_is_finished_by_the_next(terminal: Terminal, delay: float) -> None:
    terminal.create("web")
    kill_during(terminal, delay, "delete", "web", "--no-wait")
    done = terminal.group("delete", "web")
    assert done.returncode in (0, 3), done.stderr
    assert terminal.objects("web") == {}
    assert terminal.data("get", "web")["status"] == "Deleted"
    assert providers(terminal) == []


def test_an_engine_that_was_killed_while_it_wrote_attributes_or_a_lock_stops_nobody(
    terminal: Terminal,
) -> None:
    terminal.create("web", "--no-wait")
    [held] = (terminal.data_dir / "state" / ".pulumi" / "locks").rglob("*.web")
    (held / "0b9a2d6c-0000-4000-8000-000000000000.json.18ec0916cb7738ae.tmp").touch()
    stacks = terminal.data_dir / "state" / ".pulumi" / "stacks" / "scaling-group"
    for file in stacks.glob("*.json*.attrs"):
        file.write_bytes(b"")
    updated = terminal.group("update", "web", "--replicas=2")
    assert updated.returncode == 0, updated.stderr
    for file in stacks.glob("*.json*.attrs"):
        file.write_bytes(b"")
    deleted = terminal.group("delete", "web", "--purge", "--yes")
    assert deleted.returncode == 0, deleted.stderr
    assert list(stacks.iterdir()) == []


def test_two_updates_at_the_same_moment_are_two_revisions_or_one_conflict(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait")
    commands = [
        subprocess.Popen(
            ["scaling-group", "update", "web", f"--tag=by={number}", "--no-wait", "-o", "json"],
            env=terminal.environ(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    ended = [(command.communicate(timeout=HANGS_SECONDS), command.returncode) for command in commands]
    done = [json.loads(said[0]) for said, code in ended if code == 0]
    refused = [said[1] for said, code in ended if code != 0]
    assert done
    for said in refused:
        assert "another command on this machine is changing" in said
        assert re.search(r"held by \S+@\S+ \(pid \d+\) since 2\d+-\S+Z", said)
    assert {code for _, code in ended} <= {0, 4}
    last = max(done, key=lambda group: group["revision"])
    assert last["revision"] == 1 + len(done)
    assert terminal.data("get", "web")["spec"]["tags"] == last["spec"]["tags"]
    history = terminal.data("history", "web")
    assert [entry["revision"] for entry in history] == list(range(len(done) + 1, 0, -1))


def test_a_lock_of_another_machine_is_a_conflict_that_names_it(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait")
    stack = f"{terminal.environment}.web"
    folder = terminal.data_dir / "state" / ".pulumi" / "locks" / "organization" / "scaling-group" / stack
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "0b9a2d6c-0000-4000-8000-000000000000.json").write_text(
        '{"pid":7,"username":"ada","hostname":"elsewhere","timestamp":"2026-01-02T03:04:05Z"}'
    )
    done = terminal.group("update", "web", "--replicas=2")
    assert done.returncode == 4
    for part in ("ada@elsewhere", "pid 7", "2026-01-02T03:04:05Z"):
        assert part in done.stderr
    refused = terminal.group("unlock", "web")
    assert refused.returncode == 4
    assert "ada@elsewhere (pid 7) since 2026-01-02T03:04:05Z" in refused.stderr
    forced = terminal.group("unlock", "web", "--force", "--yes")
    assert (
        forced.stdout == "unlocked web: it was locked by ada@elsewhere (pid 7) since 2026-01-02T03:04:05Z\n"
    )
    assert terminal.group("update", "web", "--replicas=2", "--no-wait").returncode == 0
    assert terminal.group("unlock", "web").stdout == "web is not locked\n"
