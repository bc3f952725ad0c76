"""A create that fails, and how long after its cause is visible in the cluster it is told."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass

from tests.integration.terminal import PODS, Terminal

EVENTS = "/api/v1/namespaces/{}/events"
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Told:
    """What a create has ended with, and when it has said each line.

    Attributes:
        visible: when the first status or event showed the cause.
    """

    code: int
    lines: list[tuple[float, str]]
    visible: float

    @property
    def stderr(self) -> str:
        return "".join(line for _, line in self.lines)

    def after(self, said: str) -> str:
        """Return how long after the cause was visible it was said, and whether the command still waited."""
        at, line = next((at, line) for at, line in self.lines if said in line)
        how = "at its end" if line.startswith("error:") else "while it is waited"
        return f"{max(0.0, at - self.visible):.1f} s after it was visible, {how}" if self.visible else how


def create(terminal: Terminal, visible: str, *flags: str) -> Told:
    """Run a create, and look meanwhile for `visible` in pods and events."""
    process = terminal.start("create", *flags)
    lines: list[tuple[float, str]] = []
    reader = threading.Thread(
        target=lambda: lines.extend((time.monotonic(), line) for line in process.stderr or ())
    )
    reader.start()
    seen = 0.0
    while process.poll() is None:
        if not seen and visible in _cluster(terminal):
            seen = time.monotonic()
        time.sleep(POLL_SECONDS)
    reader.join()
    return Told(process.returncode, lines, seen)


def _cluster(terminal: Terminal) -> str:
    """Return the statuses of pods and the events of the terminal's namespace as text."""
    events = terminal.cluster.api.get(EVENTS.format(terminal.namespace)) or {}
    pods = terminal.cluster.api.get(PODS.format(terminal.namespace)) or {}
    statuses = [pod.get("status") for pod in pods["items"]]
    return json.dumps([statuses, [event.get("message") for event in events["items"]]])
