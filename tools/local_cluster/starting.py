"""Programs that start one after the other, and what is waited for meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from .api import Api
from .errors import ClusterError
from .processes import Processes, Program

READY_SECONDS = 90.0
POLL_SECONDS = 0.1


class Starting:
    """What has been started so far: a wait ends as soon as one of it has died."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._started: list[str] = []

    def clear(self) -> None:
        self._started.clear()

    def start(self, program: Program) -> None:
        """Start a program that does not run yet."""
        if not self._processes.is_running(program.name):
            self._processes.start(program)
        self._started.append(program.name)

    def start_control_plane(self, etcd_socket: Path, api: Api, programs: Mapping[str, Program]) -> None:
        """Start etcd, the API server and the controllers, and wait until the API server is ready."""
        if not self._processes.is_running("etcd"):
            # Not the socket that a killed one has left is waited for.
            etcd_socket.unlink(missing_ok=True)
        self.start(programs["etcd"])
        self.wait("etcd", etcd_socket.exists)
        self.start(programs["kube-apiserver"])
        self.wait("the API server", api.ready)
        self.start(programs["kube-controller-manager"])
        self.start(programs["kube-scheduler"])

    def require_running(self) -> None:
        """Raise ClusterError with the last lines of its log for a process that is gone."""
        self._processes.require_running(self._started)

    def wait(self, what: str, done: Callable[[], bool]) -> None:
        """Poll until `done`; give up when a started process dies or the time is over."""
        end = time.monotonic() + READY_SECONDS
        while not done():
            self.require_running()
            if time.monotonic() > end:
                last = self._processes.log_tail(self._started[-1])
                raise ClusterError(f"{what} did not become ready in {READY_SECONDS:.0f} s\n{last}")
            time.sleep(POLL_SECONDS)
