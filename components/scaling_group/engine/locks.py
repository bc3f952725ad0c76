"""The engine's locks in a folder backend.

A lock is a file that names its owner. It has no time limit, and the engine never asks whether its
owner still lives.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psutil

from scaling_group.engine.backend import Backend
from scaling_group.engine.folders import entry, names_in
from scaling_group.engine.reader import ask_cli
from scaling_group.errors import Failed
from scaling_group.naming import ORGANIZATION, PROJECT, stack_name

#: The beginning of the engine's process name.
ENGINE = "pulumi"


@dataclass(frozen=True)
class Lock:
    """One lock of a stack; pid is None and the texts are empty where its file cannot be read.

    timestamp: RFC 3339, as the engine wrote it. abandoned: the owner was a process of this machine
    and is gone; of another machine nobody can tell from here.
    """

    stack: str
    file: Path
    pid: int | None
    username: str
    hostname: str
    timestamp: str
    abandoned: bool

    def __str__(self) -> str:
        """Who, where and since when: `ada@elsewhere (pid 7) since 2026-01-02T03:04:05Z`."""
        if self.pid is None:
            return f"an owner that {self.file} does not tell"
        return f"{self.username}@{self.hostname} (pid {self.pid}) since {self.timestamp}"


class StackLocks:
    """The locks of a backend; `command` finds the CLI and is called only where it is needed."""

    def __init__(self, backend: Backend, data_dir: Path, command: Callable[[], str]) -> None:
        self._backend = backend
        self._data_dir = data_dir
        self._command = command

    def held(self, environment: str, name: str) -> list[Lock] | None:
        """Return the locks of a group's stack, None where the backend is no folder."""
        folder = self._backend.folder
        return read_locks(folder, stack_name(environment, name)) if folder else None

    def remove(self, locks: Sequence[Lock]) -> None:
        """Remove these locks of a folder."""
        for lock in locks:
            lock.file.unlink(missing_ok=True)

    def cancel(self, environment: str, name: str) -> None:
        """Remove every lock of a stack of any other backend; raises Failed where that fails."""
        stack = f"{ORGANIZATION}/{PROJECT}/{stack_name(environment, name)}"
        done = ask_cli(self._backend, self._data_dir, self._command(), "cancel", "--yes", "--stack", stack)
        if done.code:
            raise Failed(f"the lock of {name} could not be removed", detail=done.stderr)


def read_locks(folder: Path, stack: str) -> list[Lock]:
    """Return the locks of a stack by time. folder: the backend's `.pulumi` folder."""
    held = entry(_root(folder), stack)
    files = (held / name for name in names_in(held) if name.endswith(".json"))
    return sorted((read_lock(file) for file in files), key=lambda lock: lock.timestamp)


def environment_locks(folder: Path, environment: str) -> list[Lock]:
    """Return the locks of every stack of an environment, by stack and time."""
    stacks = names_in(_root(folder), stack_name(environment, ""))
    return [lock for stack in stacks for lock in read_locks(folder, stack)]


def _root(folder: Path) -> Path:
    return folder / "locks" / ORGANIZATION / PROJECT


def read_lock(file: Path) -> Lock:
    """Return the lock that a file tells of; the file's folder is named after the stack."""
    held = _content(file)
    pid = held.get("pid") if isinstance(held.get("pid"), int) else None
    hostname = str(held.get("hostname", ""))
    return Lock(
        stack=file.parent.name,
        file=file,
        pid=pid,
        username=str(held.get("username", "")),
        hostname=hostname,
        timestamp=str(held.get("timestamp", "")),
        abandoned=pid is not None and hostname == socket.gethostname() and not is_engine(pid),
    )


def _content(file: Path) -> dict[str, Any]:
    try:
        content = orjson.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def is_engine(pid: int) -> bool:
    """Return whether a pid is a running engine; a number used again by another program is none."""
    try:
        process = psutil.Process(pid)
        # A zombie has ended; only its parent has not noticed yet.
        return process.name().startswith(ENGINE) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
