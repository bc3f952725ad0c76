"""SIGKILL at random moments; from whatever is left, one command gets where the killed one was going.

One create by default, 50 of each kind with --long. test_killed.py has an update and a delete by default.
"""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Sequence
from typing import Any

import psutil
import pytest

from tests.integration.terminal import KINDS, Terminal
from tests.integration.waiting import HANGS_SECONDS, wait_until

pytestmark = pytest.mark.integration

IMAGE = ("--image=my-registry/server:v1", "--port=8080")
GROUP = "{{name: {name}, image: 'my-registry/server:v1', port: 8080, tags: {{round: '{round}'}}}}"
#: Who is killed: the command alone, its engine alone, or all that it has started, as by a lost machine.
VICTIMS = ("command", "engine", "all")


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> range:
    usual = 50 if request.config.getoption("--long") else 1
    return range(request.config.getoption("--kills") or usual)


def chance_of(run: str) -> random.Random:
    """Return the chance of one run, the same in every test run."""
    return random.Random(run)  # noqa: S311 - no secret


class Duration:
    """How long a command takes that nobody kills; each run that ends by itself tells."""

    def __init__(self, seconds: float) -> None:
        self._seconds = [seconds]

    def heard(self, seconds: float) -> None:
        self._seconds = [*self._seconds[-4:], seconds]

    def moment(self, chance: random.Random) -> float:
        return chance.uniform(0.0, sum(self._seconds) / len(self._seconds))


def kill_during(terminal: Terminal, chance: random.Random, duration: Duration, *arguments: str) -> str:
    """Run a command and kill some of it at some moment; return what was done, for a failing test."""
    victim, delay = chance.choice(VICTIMS), duration.moment(chance)
    started = time.monotonic()
    command = subprocess.Popen(
        ["scaling-group", *arguments],
        env=terminal.environ(),
        cwd=terminal.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        command.wait(delay)
        duration.heard(time.monotonic() - started)
        return "ended before"
    except subprocess.TimeoutExpired:
        pass
    whole = psutil.Process(command.pid)
    children = whole.children(recursive=True)
    engines = [child for child in children if _name(child) == "pulumi"]
    chosen = {"command": [whole], "engine": engines, "all": [whole, *children]}[victim]
    for process in chosen:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    # A command whose engine was killed has an error to tell, and ends.
    command.wait(HANGS_SECONDS)
    return f"{victim} killed after {delay:.2f} s of {' '.join(arguments)} ({len(chosen)} processes)"


def _name(process: psutil.Process) -> str:
    try:
        return str(process.name())
    except psutil.NoSuchProcess:
        return ""


def left_behind(terminal: Terminal) -> list[str]:
    """Return engines and providers that work in the test's folder, and locks."""
    locks = [str(file) for file in terminal.data_dir.rglob("locks/**/*.json")]
    return locks + [f"{process.info['name']} {process.pid}" for process in terminal.processes("pulumi")]


def readable(terminal: Terminal, name: str, what: str, codes: Sequence[int] = (0,)) -> None:
    """What a killed command has left can be read before anything repairs it."""
    for command in (("get", name), ("history", name), ("list", "--include-deleted")):
        done = terminal.group(*command)
        allowed = (0,) if command[0] == "list" else codes
        assert done.returncode in allowed, (what, command, done.stderr)
        assert "Traceback" not in done.stderr, (what, command)


def settled(terminal: Terminal, name: str) -> Any:
    """Return the group once it is available: where a killed command had got there, the next one has
    nothing to do and waits for nothing.
    """
    group: Any = None

    def available() -> bool:
        nonlocal group
        group = terminal.data("get", name)
        return bool(group["status"] == "Available")

    wait_until(available)
    return group


def converged(terminal: Terminal, name: str, what: str, *command: str) -> Any:
    """Run the one command, and return the group, which is whole and the only thing there is."""
    done = terminal.group(*command)
    assert done.returncode == 0, (what, done.stderr)
    group = settled(terminal, name)
    assert (group["status"], group["drift"]) == ("Available", []), (what, group)
    assert left_behind(terminal) == [], what
    history = terminal.data("history", name)
    revisions = [entry["revision"] for entry in history if entry["action"] != "delete"]
    assert sorted(set(revisions), reverse=True) == revisions, (what, history)
    assert (history[0]["result"], history[0]["revision"]) == ("succeeded", group["revision"]), (what, history)
    return group


def test_a_create_that_is_killed_is_finished_by_one_apply(terminal: Terminal, rounds: range) -> None:
    duration, file = Duration(5.0), terminal.folder / "web.yaml"
    for number in rounds:
        name, chance = f"web-{number}", chance_of(f"create {number}")
        file.write_text(GROUP.format(name=name, round=number))
        flags = ("create", f"--name={name}", *IMAGE, f"--tags=round={number}")
        what = kill_during(terminal, chance, duration, *flags)
        readable(terminal, name, what, (0, 3))
        group = converged(terminal, name, what, "apply", "-f", "web.yaml")
        assert group["spec"]["tags"] == {"round": str(number)}
        assert list(terminal.objects(name)) == list(KINDS), what
        assert terminal.group("delete", name, "--no-wait").returncode == 0, what
    assert [name for name in terminal.names() if not name.startswith("pod/")] == []


@pytest.mark.long
def test_an_update_that_is_killed_is_finished_by_the_same_update(terminal: Terminal, rounds: range) -> None:
    duration = Duration(4.0)
    terminal.create("web", "--no-wait")
    uid = terminal.objects("web")["deployment"]["metadata"]["uid"]
    for number in rounds:
        chance = chance_of(f"update {number}")
        flags = ("update", "web", f"--replicas={1 + number % 3}", f"--env=ROUND={number}")
        what = kill_during(terminal, chance, duration, *flags)
        readable(terminal, "web", what)
        group = converged(terminal, "web", what, *flags)
        assert group["spec"]["env"] == {"ROUND": str(number)}
        assert group["replicas"]["available"] == 1 + number % 3, what
    found = terminal.objects("web")
    assert list(found) == list(KINDS)
    assert found["deployment"]["metadata"]["uid"] == uid


@pytest.mark.long
def test_a_delete_that_is_killed_is_finished_by_one_delete(terminal: Terminal, rounds: range) -> None:
    duration = Duration(4.0)
    for number in rounds:
        name, chance = f"web-{number}", chance_of(f"delete {number}")
        terminal.create(name, "--no-wait")
        what = kill_during(terminal, chance, duration, "delete", name)
        readable(terminal, name, what)
        done = terminal.group("delete", name)
        # It had got there before it was killed, or it gets there now.
        assert done.returncode == 0 or "is already deleted" in done.stderr, (what, done.stderr)
        assert terminal.objects(name) == {}, what
        assert terminal.data("get", name)["status"] == "Deleted", what
        if done.returncode == 0:
            assert left_behind(terminal) == [], what
    assert terminal.data("list") == []
