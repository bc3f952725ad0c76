"""A command that says why a group is not well, and how long after its cause is visible in the cluster."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from tests.integration.terminal import PODS, Terminal

EVENTS = "/api/v1/namespaces/{}/events"
POLL_SECONDS = 0.05
Process = subprocess.Popen[str]


@dataclass(frozen=True)
class Told:
    """What a command has ended with, and when it has said each line.

    Attributes:
        visible: when the first status or event showed the cause.
    """

    code: int
    lines: list[tuple[float, str]]
    visible: float

    @property
    def text(self) -> str:
        return "".join(line for _, line in self.lines)

    def after(self, said: str) -> str:
        """Return how long after the cause was visible it was said, and whether the command still waited."""
        at, line = next((at, line) for at, line in self.lines if said in line)
        how = "at its end" if line.startswith("error:") else "while it is waited"
        return f"{max(0.0, at - self.visible):.1f} s after it was visible, {how}" if self.visible else how


def create(terminal: Terminal, visible: str, *flags: str) -> Told:
    """Run a create, and look meanwhile for `visible` in pods and events."""
    return tell(terminal, visible, "create", *flags)


def tell(
    terminal: Terminal,
    visible: str,
    *command: str,
    said: str = "",
    then: Callable[[Process], object] | None = None,
) -> Told:
    """Run a command, and look meanwhile for `visible` in pods and events.

    Args:
        said: a sentence of the command.
        then: what is done as soon as it is said.
    """
    process = terminal.start(*command)
    lines: list[tuple[float, str]] = []

    def read(stream: IO[str] | None) -> None:
        for line in stream or ():
            first = said in line and said not in "".join(line for _, line in lines)
            lines.append((time.monotonic(), line))
            if then and first:
                then(process)

    readers = [threading.Thread(target=read, args=(s,)) for s in (process.stdout, process.stderr)]
    for reader in readers:
        reader.start()
    seen = 0.0
    while process.poll() is None:
        if not seen and visible in _cluster(terminal):
            seen = time.monotonic()
        time.sleep(POLL_SECONDS)
    for reader in readers:
        reader.join()
    return Told(process.returncode, lines, seen)


def interrupted(process: Process) -> None:
    """End a command as Ctrl-C does."""
    process.send_signal(signal.SIGINT)


def _cluster(terminal: Terminal) -> str:
    """Return the statuses of pods and the events of the terminal's namespace as text."""
    events = terminal.cluster.api.get(EVENTS.format(terminal.namespace)) or {}
    pods = terminal.cluster.api.get(PODS.format(terminal.namespace)) or {}
    statuses = [pod.get("status") for pod in pods["items"]]
    return json.dumps([statuses, [event.get("message") for event in events["items"]]], sort_keys=True)
