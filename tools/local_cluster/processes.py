"""Start, recognise and stop background processes that outlive the one that started them.

A process is remembered by its number, its start and the boot together: after a crash or a reboot the
number may belong to somebody else, all three cannot.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from scaling_group.engine.owner import start_of, this_place

from .errors import ClusterError
from .files import make_private, write_file

TERMINATE_SECONDS = 10.0
KILL_SECONDS = 5.0
POLL_SECONDS = 0.02
LAST_LINES = 15


@dataclass(frozen=True)
class Program:
    """A command to run, and the files it reads once, at its start."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Path, ...] = ()

    def fingerprint(self) -> str:
        """Return a hash that changes when a running process would have to be started anew."""
        digest = hashlib.sha256(repr((self.command, sorted(self.environment.items()))).encode())
        for path in self.inputs:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


@dataclass(frozen=True)
class ProcessState:
    """What is known of a process: its number where it runs; died: it ran and was not stopped."""

    name: str
    pid: int | None
    state: str

    @property
    def running(self) -> bool:
        return self.pid is not None


class Processes:
    """The processes of one folder: pid files in `run`, output in `logs`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._run = directory / "run"
        self._logs = directory / "logs"

    def log_path(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def state(self, name: str) -> ProcessState:
        process = self._find(name)
        if process is not None:
            return ProcessState(name, process.pid, "running")
        return ProcessState(name, None, "died" if self._pid_path(name).exists() else "stopped")

    def is_running(self, name: str) -> bool:
        return self._find(name) is not None

    def is_current(self, program: Program) -> bool:
        """Return whether it runs with just this command, environment and input files."""
        if not self.is_running(program.name):
            return False
        return bool(self._record(program.name).get("fingerprint") == program.fingerprint())

    def start(self, program: Program) -> None:
        """Start a program in a session of its own: no terminal signal of ours reaches it."""
        make_private(self._run)
        make_private(self._logs)
        log = self.log_path(program.name)
        if log.exists():
            # The lines of this run stay apart from those of the last one, and both bounded.
            log.replace(log.with_suffix(".log.old"))
        with log.open("wb") as output:
            child = subprocess.Popen(
                program.command,
                cwd=self._directory,
                env=self._environment(program),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # Sockets and data of what it runs are for its user alone, whatever folder they are in.
                umask=0o077,
            )
        self._remember(program, child.pid)
        # The process is meant to outlive this object, which would otherwise warn about it.
        child.returncode = 0

    def stop(self, names: Iterable[str]) -> None:
        """Stop processes one after the other, in this order; unknown and dead ones are fine."""
        for name in names:
            process = self._find(name)
            if process is not None:
                _end(process)
            self._pid_path(name).unlink(missing_ok=True)

    def require_running(self, names: Iterable[str]) -> None:
        """Raise ClusterError with the last lines of its log for a process that is gone."""
        for name in names:
            if not self.is_running(name):
                raise ClusterError(f"{name} stopped by itself\n{self.log_tail(name)}")

    def log_tail(self, name: str) -> str:
        """Return the last lines of a log, indented, under the path of the whole."""
        path = self.log_path(name)
        text = path.read_text(errors="replace") if path.exists() else ""
        lines = [f"  {line}" for line in text.splitlines()[-LAST_LINES:]] or ["  (no output)"]
        return "\n".join([f"the end of {path}:", *lines])

    def _environment(self, program: Program) -> dict[str, str]:
        """Nothing of the caller's environment: a proxy set there must see none of our requests."""
        return {
            "HOME": str(self._directory),
            "PATH": os.defpath,
            # The servers collect garbage half as often; a cluster on a developer's machine is small.
            "GOGC": "200",
            "TMPDIR": str(self._run),
            **program.environment,
        }

    def _pid_path(self, name: str) -> Path:
        return self._run / f"{name}.pid"

    def _record(self, name: str) -> dict[str, object]:
        try:
            record = json.loads(self._pid_path(name).read_text())
        except (OSError, ValueError):
            return {}
        return record if isinstance(record, dict) else {}

    def _remember(self, program: Program, pid: int) -> None:
        record = {"pid": pid, "started": _start(pid), "fingerprint": program.fingerprint()}
        write_file(self._pid_path(program.name), json.dumps(record) + "\n")

    def _find(self, name: str) -> psutil.Process | None:
        record = self._record(name)
        pid, started = record.get("pid"), record.get("started")
        if not isinstance(pid, int) or not started or _start(pid) != started:
            return None
        try:
            process = psutil.Process(pid)
        except psutil.Error:
            return None
        return process if _alive(process) else None


def _start(pid: int) -> str:
    """Return the start of a process within this boot, empty for one that has ended.

    Seconds since the epoch would not do: they move as the clock is set.
    """
    place, started = this_place(), start_of(pid)
    return f"{place.boot if place else ''} {started}" if started else ""


def _alive(process: psutil.Process) -> bool:
    """A zombie is not: how soon it disappears is up to its parent."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _end(process: psutil.Process) -> None:
    """SIGTERM, then SIGKILL; psutil refuses both where the number has a new owner."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.terminate()
        if not _gone_within(process, TERMINATE_SECONDS):
            process.kill()
            if not _gone_within(process, KILL_SECONDS):
                raise ClusterError(f"process {process.pid} does not end, not even when killed")


def _gone_within(process: psutil.Process, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while _alive(process):
        if time.monotonic() > end:
            return False
        time.sleep(POLL_SECONDS)
    return True
