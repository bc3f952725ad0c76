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
    """What a create has ended with.

    Attributes:
        after: seconds from the first status or event that shows the cause to the first line that tells it.
        early: the line came while the command still waited, which may heal.
    """

    code: int
    stderr: str
    after: float
    early: bool


def create(terminal: Terminal, said: str, visible: str, *flags: str) -> Told:
    """Run a create, and look meanwhile for `visible` in pods and events, and for `said` in what it prints."""
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
    at, line = next(((at, line) for at, line in lines if said in line), (0.0, ""))
    stderr = "".join(line for _, line in lines)
    return Told(process.returncode, stderr, at - seen if at and seen else 0.0, not line.startswith("error:"))


def _cluster(terminal: Terminal) -> str:
    """Return the statuses of pods and the events of the terminal's namespace as text."""
    events = terminal.cluster.api.get(EVENTS.format(terminal.namespace)) or {}
    pods = terminal.cluster.api.get(PODS.format(terminal.namespace)) or {}
    statuses = [pod.get("status") for pod in pods["items"]]
    return json.dumps([statuses, [event.get("message") for event in events["items"]]])
