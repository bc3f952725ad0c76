"""Commands that are killed at some moment, and what holds of whatever they leave."""

from __future__ import annotations

import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import InitVar, dataclass, field
from typing import Any

import psutil

from tests.integration.terminal import Terminal
from tests.integration.waiting import HANGS_SECONDS, wait_until

#: Who is killed, and what part of a command they work for: the command alone, its engine alone, the engine's
#: provider alone, or all that the command has started, as by a lost machine.
VICTIMS = {"command": 1.0, "engine": 0.5, "provider": 0.3, "all": 1.0}
#: How the processes are called that a command starts.
NAMES = {"engine": "pulumi", "provider": "pulumi-resource-kubernetes"}
#: What a group can have beside the objects that every group has.
AUTOSCALERS = "/apis/autoscaling/v2/namespaces/{}/horizontalpodautoscalers"
#: Between two looks at the victim, which works for a second or two.
LOOK_SECONDS = 0.03


def chance_of(run: str) -> random.Random:
    """Return the chance of one run, the same in every test run."""
    return random.Random(run)  # noqa: S311 - no secret


class Typical:
    """How long, or how large, something is that nothing cuts short; each that ends by itself tells."""

    def __init__(self, first: float) -> None:
        self._heard = [first]

    def heard(self, extent: float) -> None:
        self._heard = [*self._heard[-4:], extent]

    def some(self, chance: random.Random) -> float:
        """Return some place between its beginning and its end."""
        return chance.uniform(0.0, sum(self._heard) / len(self._heard))


@dataclass
class Killer:
    """Kills commands of one verb. first: seconds that the victims work, before one has told."""

    verb: str
    terminal: Terminal
    first: InitVar[float] = 2.0
    typical: dict[str, Typical] = field(init=False)

    def __post_init__(self, first: float) -> None:
        self.typical = {victim: Typical(first * part) for victim, part in VICTIMS.items()}

    def during(self, number: int, *arguments: str) -> str:
        """Run a command and kill some of it at some moment; the number of the round says what and when.

        Returns what was done, for a failing test.
        """
        victim = list(VICTIMS)[number % len(VICTIMS)]
        with tempfile.TemporaryFile("w+") as said:
            command = subprocess.Popen(
                ["scaling-group", *arguments],
                env=self.terminal.environ(),
                cwd=self.terminal.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )
            what = self._kill(command, victim, chance_of(f"{self.verb} {number}"))
            # A command whose engine was killed has an error to tell, and ends.
            code = command.wait(HANGS_SECONDS)
            said.seek(0)
            what = f"{self.verb} {number}: {what} ({' '.join(arguments)}), exit code {code}"
            print(what)
            assert code in (0, 1, 4, 5, -signal.SIGKILL), (what, said.read())
            assert "Traceback" not in said.read(), what
        return what

    def _kill(self, command: subprocess.Popen[bytes], victim: str, chance: random.Random) -> str:
        """Kill the victim at some moment of its work, or what comes after it under the same name."""
        whole, delay = psutil.Process(command.pid), self.typical[victim].some(chance)
        began, worked = None, 0.0
        while command.poll() is None:
            if chosen := list(_victims(whole, victim)):
                began = began or time.monotonic()
                worked = time.monotonic() - began
                if worked >= delay:
                    _kill_all(chosen)
                    return f"{victim} killed after {delay:.2f} s"
            time.sleep(LOOK_SECONDS)
        self.typical[victim].heard(worked)
        return f"{victim} ended before"


def _victims(whole: psutil.Process, victim: str) -> Iterator[psutil.Process]:
    if victim not in NAMES:
        yield whole
    if victim != "command":
        with suppress(psutil.NoSuchProcess):
            for child in whole.children(recursive=True):
                if victim == "all" or child.name() == NAMES[victim]:
                    yield child


def _kill_all(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def left_behind(terminal: Terminal) -> list[str]:
    """Return engines and providers that work in the test's folder, and locks."""
    locks = [str(file) for file in terminal.data_dir.rglob("locks/**/*.json")]
    return locks + [f"{process.info['name']} {process.pid}" for process in terminal.processes("pulumi")]


def objects_of_groups(terminal: Terminal) -> list[str]:
    """Return `kind/name` of every object of the namespace that a group has, but Pods."""
    scalers = (terminal.cluster.api.get(AUTOSCALERS.format(terminal.namespace)) or {})["items"]
    found = [name for name in terminal.names() if not name.startswith("pod/")]
    return found + [f"autoscaler/{item['metadata']['name']}" for item in scalers]


def told(terminal: Terminal, what: str, before: Sequence[Any], *names: str) -> None:
    """What a killed command has left can be read before anything repairs it: what was recorded before is
    there as it was, and whatever is in the cluster belongs to a group that has a record.

    before: the history of the first of these groups, empty for one that there may not be.
    """
    listed = terminal.group("list", "--include-deleted")
    assert (listed.returncode, "Traceback" in listed.stderr) == (0, False), (what, listed.stderr)
    there = {each.partition("/")[2] for each in objects_of_groups(terminal)}
    assert there <= set(names), (what, there)
    for name in names:
        needed = name in there or (before and name == names[0])
        for command in (("get", name), ("history", name)):
            done = terminal.group(*command)
            assert done.returncode in ((0,) if needed else (0, 3)), (what, command, done.stderr)
            assert "Traceback" not in done.stderr, (what, command)
    if before:
        history = terminal.data("history", names[0])
        kept = history[-len(before) :]
        assert list(map(_fixed, kept)) == list(map(_fixed, before)), (what, history, before)


def _fixed(entry: dict[str, Any]) -> dict[str, Any]:
    """Return what no later operation can say otherwise: that a revision was available, the next one notes."""
    return {key: value for key, value in entry.items() if key != "available"}


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


def whole(terminal: Terminal, what: str, name: str) -> Any:
    """Return a group, on which the one command after the killed one has got where that was going."""
    group = settled(terminal, name)
    assert group["drift"] == [], (what, group)
    assert left_behind(terminal) == [], what
    history = terminal.data("history", name)
    revisions = [entry["revision"] for entry in history if entry["action"] != "delete"]
    assert sorted(set(revisions), reverse=True) == revisions, (what, history)
    assert (history[0]["result"], history[0]["revision"]) == ("succeeded", group["revision"]), (what, history)
    return group


def gone(terminal: Terminal, what: str, name: str) -> None:
    """Nothing in the cluster is left of a group once its Pods have ended; its record is."""
    wait_until(lambda: not any(each.endswith(f"/{name}") for each in objects_of_groups(terminal)))
    assert terminal.data("get", name)["status"] == "Deleted", what


def finish(terminal: Terminal, what: str, *command: str) -> None:
    """Run the one command that finishes what was done; it has to succeed."""
    done = terminal.group(*command)
    assert done.returncode == 0, (what, done.stderr)
