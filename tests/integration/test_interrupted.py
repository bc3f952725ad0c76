"""Ctrl-C and SIGTERM: the engine stops after its step, what was reached is said, the next command works."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from tests.integration.terminal import KINDS, Terminal
from tests.integration.waiting import Eventually

pytestmark = pytest.mark.integration

CREATE = ("create", "--name=web", "--image=my-registry/server:v1", "--port=8080")
CTRL_C = b"\x03"


class Running:
    """A command that runs; its lines come as it writes them."""

    def __init__(self, terminal: Terminal, *arguments: str) -> None:
        self.process = terminal.start(*arguments)
        self.said: list[str] = []

    def until(self, *parts: str) -> None:
        """Return once a line holds one of these parts."""
        for line in self.process.stderr or ():
            self.said.append(line)
            if any(part in line for part in parts):
                return
        pytest.fail(f"it ended before it said any of {parts}: {self.said}")

    def end(self) -> tuple[int, str, str]:
        """Return the exit code and what was said on both streams."""
        out, rest = self.process.communicate(timeout=300)
        return self.process.returncode, out, "".join(self.said) + rest

    def engines(self) -> list[psutil.Process]:
        found = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            # One that has ended meanwhile is none.
            with contextlib.suppress(psutil.NoSuchProcess):
                if child.name().startswith("pulumi"):
                    found.append(child)
        return found


def results(terminal: Terminal, name: str = "web") -> list[tuple[int, str]]:
    return [(entry["revision"], entry["result"]) for entry in terminal.data("history", name)]


# That each signal is heard in the same way has a fast test.
@pytest.mark.parametrize("how", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)])
def test_a_create_stops_after_its_step_says_what_was_reached_and_is_finished_later(
    terminal: Terminal, how: signal.Signals
) -> None:
    create = Running(terminal, *CREATE)
    create.until("creating Deployment", "creating Service", "creating HTTPRoute")
    engines = create.engines()
    create.process.send_signal(how)
    code, out, said = create.end()
    assert (code, out) == (130, "")
    assert "stopping after the current step; press Ctrl-C again to stop at once" in said
    assert "interrupted: the engine stopped after its current step" in said
    assert "evision 1 of web " in said
    assert "Traceback" not in said
    assert not any(process.is_running() for process in engines)

    assert len(results(terminal)) == 1
    assert terminal.data("list")[0]["name"] == "web"
    assert terminal.group(*CREATE).returncode == 4
    finished = terminal.data("update", "web")
    assert finished["status"] == "Available"
    assert list(terminal.objects("web")) == list(KINDS)
    assert terminal.group("delete", "web").returncode == 0
    assert terminal.names() == []


def test_an_update_that_is_interrupted_twice_stops_at_once(terminal: Terminal) -> None:
    terminal.create("web")
    update = Running(terminal, "update", "web", "--replicas=2", "--env=MODE=fast")
    update.until("updating Deployment")
    update.process.send_signal(signal.SIGINT)
    update.until("stopping after the current step")
    update.process.send_signal(signal.SIGINT)
    code, _, said = update.end()
    assert code == 130
    assert "evision 2 of web " in said
    assert "Traceback" not in said
    assert results(terminal)[-1] == (1, "succeeded")
    assert terminal.data("get", "web")["revision"] in (1, 2)
    updated = terminal.data("update", "web", "--replicas=3")
    assert (updated["status"], updated["replicas"]["available"]) == ("Available", 3)
    numbers = [revision for revision, _ in results(terminal)]
    assert sorted(set(numbers), reverse=True) == numbers


def test_an_interrupted_delete_is_finished_by_the_next(terminal: Terminal) -> None:
    terminal.create("web")
    delete = Running(terminal, "delete", "web")
    delete.until("deleting Deployment", "deleting HTTPRoute", "deleting Service")
    delete.process.send_signal(signal.SIGINT)
    code, _, said = delete.end()
    assert code == 130
    assert "still exist." in said or "All its objects are gone." in said
    assert "Finish it with: scaling-group delete --name=web" in said
    assert terminal.group("history", "web").returncode == 0
    done = terminal.group("delete", "web")
    assert done.returncode == 0 or "already deleted" in done.stderr
    assert terminal.objects("web") == {}
    assert terminal.data("get", "web")["status"] == "Deleted"


def test_ctrl_c_on_a_terminal_stops_the_engine_after_its_step(
    terminal: Terminal, eventually: Eventually
) -> None:
    """In a real terminal the kernel sends the signal to every process of the foreground group."""
    terminal.create("web")
    ours, theirs = os.openpty()
    command = subprocess.Popen(
        ["setsid", "--ctty", "scaling-group", "update", "web", "--replicas=2", "--env=MODE=fast"],
        env={**terminal.environ(), "TERM": "xterm", "COLUMNS": "80"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    with ThreadPoolExecutor() as pool:
        screen = pool.submit(shown_on, ours)
        eventually(lambda: bool(locks(terminal)))
        os.write(ours, CTRL_C)
        assert command.wait(300) == 130
        text = screen.result()
    assert "interrupted: the engine stopped after its current step" in text
    assert "Traceback" not in text
    # The engine ended by itself: the signal did not reach it twice.
    assert locks(terminal) == []
    assert results(terminal)[-1] == (1, "succeeded")
    updated = terminal.data("update", "web", "--replicas=3")
    assert (updated["status"], updated["replicas"]["available"]) == ("Available", 3)


def locks(terminal: Terminal) -> list[Path]:
    return list(terminal.data_dir.rglob("locks/**/*.json"))


def shown_on(end: int) -> str:
    """Return what a terminal shows until it is closed."""
    shown = b""
    while True:
        try:
            some = os.read(end, 4096)
        except OSError:
            # Linux answers EIO once the last process has closed the other end.
            return shown.decode()
        shown += some


GROUPS = "\n---\n".join(
    f"{{name: group-{number}, image: 'simulate/slow-start:3s', port: 80}}" for number in range(4)
)


# To be interrupted twice has its short form in the test of an update.
@pytest.mark.parametrize("times", [1, pytest.param(2, marks=pytest.mark.long)])
def test_an_interrupted_apply_tells_how_each_group_has_ended(terminal: Terminal, times: int) -> None:
    (terminal.folder / "groups.yaml").write_text(GROUPS)
    apply = Running(terminal, "apply", "-f", "groups.yaml", "--parallel=2", "-o", "yaml")
    apply.until("group-1: creating Deployment", "group-1: creating Service")
    apply.process.send_signal(signal.SIGINT)
    if times == 2:
        apply.until("stopping: no further group is started")
        apply.process.send_signal(signal.SIGINT)
    code, out, said = apply.end()
    assert code == 130, said
    assert "stopping: no further group is started" in said
    assert "Traceback" not in said
    ended = by_name(out)
    assert list(ended) == [f"group-{number}" for number in range(4)]
    untouched = [name for name, group in ended.items() if "was not changed" in str(group["error"])]
    assert "group-3" in untouched
    listed = {group["name"] for group in terminal.data("list")}
    assert listed.isdisjoint(untouched)

    again = terminal.data("apply", "-f", "groups.yaml", "--parallel=2")
    assert [group["error"] for group in again] == [None] * 4
    assert len(terminal.data("list")) == 4


def by_name(text: str) -> dict[str, Any]:
    return {group["name"]: group for group in yaml.safe_load(text)}
