"""A run of the node, seen from the machine: it begins clean, ends, and nothing of it is left."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType

import psutil
from filelock import FileLock, Timeout

from tools.local_cluster.errors import ClusterError
from tools.local_cluster.files import make_private

from .cgroups import Cgroups
from .machine import UNSHARE
from .means import Means, write_means
from .remains import look, processes_below

#: What stays of a run, for people: the output of every program.
LOGS = "logs"
END_SECONDS = 10.0


def cgroup_name(directory: Path) -> str:
    """Return the name of a node's cgroups: another clone's node has others."""
    return f"scaling-group-real-{hashlib.sha256(str(directory).encode()).hexdigest()[:8]}"


class Outside:
    """The one run in a directory: it holds the lock, and leaves as it came.

    Raises:
        ClusterError: another run is under way here, or something is left behind.
    """

    def __init__(self, directory: Path, cgroups: Cgroups) -> None:
        self._directory = directory
        self._cgroups = cgroups
        self._lock = FileLock(directory.with_name(f"{directory.name}.lock"))

    def __enter__(self) -> Outside:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise ClusterError(f"another run has its real node in {self._directory}; wait for it") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def run(self, means: Means, command: list[str]) -> int:
        """Start the node, run the command beside it, and return its exit code when all has ended."""
        self._sweep()
        before = look(self._cgroups, self._directory)
        make_private(self._directory)
        write_means(self._directory, means)
        self._cgroups.make()
        try:
            code = self._run_inside(command)
        finally:
            self._cgroups.remove()
            self._remove_all_but_logs()
        left = look(self._cgroups, self._directory).left_since(before)
        if left:
            raise ClusterError("\n  ".join(["the real node has left something behind:", *left]))
        print(f"nothing of the real node is left; what its programs said is in {self._directory / LOGS}")
        return code

    def _sweep(self) -> None:
        """Remove what a killed run left; its processes ended with it."""
        if self._cgroups.left() or (self._directory / "etcd").exists():
            print("removing what an earlier run, which was killed, left")
        for pid in self._cgroups.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(pid).kill()
        self._cgroups.remove()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _run_inside(self, command: list[str]) -> int:
        ours, theirs = os.pipe()
        inside = [sys.executable, "-m", f"{__package__}.inside", str(self._directory), str(ours), *command]
        process = subprocess.Popen([*UNSHARE, *inside], pass_fds=[ours])
        os.close(ours)
        below: list[psutil.Process] = []
        try:
            return _wait(process)
        except BaseException:
            below = processes_below(process.pid)
            raise
        finally:
            os.close(theirs)
            _end(process, below)

    def _remove_all_but_logs(self) -> None:
        for entry in self._directory.iterdir():
            if entry.name == LOGS:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait()
    except KeyboardInterrupt:
        # The terminal has told the command as well, which ends in its own way.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
        raise


def _end(process: subprocess.Popen[bytes], below: list[psutil.Process]) -> None:
    """The closed pipe has ended what is inside; what has not heard of it is killed."""
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    psutil.wait_procs(below, timeout=END_SECONDS)
