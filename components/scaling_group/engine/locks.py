"""The engine's locks of stacks.

In a folder or a store a lock is a file that names its owner. It has no time limit, and the engine never asks
whether its owner still lives. What we know of that is beside it: see owner.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, Protocol

import orjson

from scaling_group.engine.backend import Backend
from scaling_group.engine.cli_stacks import ask_cli
from scaling_group.engine.folders import entry, names_in
from scaling_group.engine.owner import Owner, read_owner
from scaling_group.engine.state import UnknownFormat
from scaling_group.engine.stores import Store, open_store
from scaling_group.errors import Failed
from scaling_group.naming import ORGANIZATION, PROJECT, stack_name

#: The folder of all locks of ours, in a store too.
ROOT = f".pulumi/locks/{ORGANIZATION}/{PROJECT}"


@dataclass(frozen=True)
class Lock:
    """One lock of a stack; pid is None and the texts are empty where its file cannot be read.

    file: its path, or its key in a store.
    timestamp: RFC 3339, as the engine wrote it. abandoned: the owner was an engine that we have started
    here, and is gone; of any other one nobody can tell.
    """

    stack: str
    file: PurePath
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


class StackLocks(Protocol):
    """The locks of a backend."""

    def held(self, environment: str, name: str) -> Sequence[Lock] | None:
        """Return the locks of a group's stack, None where they cannot be seen."""

    def of_environment(self, environment: str) -> Sequence[Lock] | None:
        """Return the locks of every stack of an environment, None where they cannot be seen."""

    def release(self, environment: str, name: str, held: Sequence[Lock] | None) -> None:
        """Remove the locks that `held` has returned; raises Failed where that fails."""


class FolderLocks:
    """Locks in a folder backend, each a file. work: the folder of all stacks' work folders."""

    def __init__(self, folder: Path, work: Path) -> None:
        self._folder = folder
        self._work = work

    def held(self, environment: str, name: str) -> list[Lock]:
        """Return the locks of a group's stack."""
        return read_locks(self._folder, stack_name(environment, name), self._work)

    def of_environment(self, environment: str) -> list[Lock]:
        """Return the locks of every stack of an environment, by stack and time."""
        return environment_locks(self._folder, environment, self._work)

    def release(self, environment: str, name: str, held: Sequence[Lock] | None) -> None:
        """Remove these locks and no other: one may have been taken since."""
        for lock in held or ():
            Path(lock.file).unlink(missing_ok=True)


class StoreLocks:
    """Locks in a store, each an object. otherwise: what is asked where the store does not answer."""

    def __init__(self, store: Store, work: Path, otherwise: CliLocks) -> None:
        self._store = store
        self._work = work
        self._otherwise = otherwise

    def held(self, environment: str, name: str) -> list[Lock] | None:
        """Return the locks of a group's stack by time, None where they cannot be seen."""
        return self._read(f"{ROOT}/{stack_name(environment, name)}/")

    def of_environment(self, environment: str) -> list[Lock] | None:
        """Return the locks of every stack of an environment, by stack and time; None as above."""
        return self._read(f"{ROOT}/{stack_name(environment, '')}")

    def _read(self, prefix: str) -> list[Lock] | None:
        try:
            found = self._store.contents(self._store.keys(prefix))
        except UnknownFormat:
            return None
        locks = (self._lock(PurePosixPath(key), content) for key, content in found.items())
        return sorted(locks, key=lambda lock: (lock.stack, lock.timestamp))

    def _lock(self, key: PurePosixPath, content: bytes) -> Lock:
        return lock_of(key, content, read_owner(entry(self._work, key.parent.name)))

    def release(self, environment: str, name: str, held: Sequence[Lock] | None) -> None:
        """Remove these locks and no other; raises Failed where that fails."""
        if held is None:
            self._otherwise.release(environment, name, None)
        try:
            for lock in held or ():
                self._store.delete(str(lock.file))
        except UnknownFormat as error:
            raise Failed(f"the lock of {name} could not be removed", detail=str(error)) from None


class CliLocks:
    """Locks of any other backend, which the CLI removes without showing them.

    command: finds the CLI, and is called only where it is needed.
    """

    def __init__(self, backend: Backend, data_dir: Path, command: Callable[[], str]) -> None:
        self._backend = backend
        self._data_dir = data_dir
        self._command = command

    def held(self, environment: str, name: str) -> list[Lock] | None:
        """Return None: nobody tells."""
        return None

    def of_environment(self, environment: str) -> list[Lock] | None:
        """Return None: nobody tells."""
        return None

    def release(self, environment: str, name: str, held: Sequence[Lock] | None) -> None:
        """Remove every lock of a group's stack; raises Failed where that fails."""
        stack = self._backend.qualified(stack_name(environment, name))
        done = ask_cli(self._backend, self._data_dir, self._command(), "cancel", "--yes", "--stack", stack)
        if done.code:
            raise Failed(f"the lock of {name} could not be removed", detail=done.stderr)


def locks_of(backend: Backend, data_dir: Path, command: Callable[[], str]) -> StackLocks:
    """Return the locks of a backend; command: finds the CLI where it is needed."""
    if backend.folder:
        return FolderLocks(backend.folder, data_dir / "work")
    told, store = CliLocks(backend, data_dir, command), open_store(backend.url, backend.variables)
    return StoreLocks(store, data_dir / "work", told) if store else told


def read_locks(folder: Path, stack: str, work: Path) -> list[Lock]:
    """Return the locks of a stack by time.

    folder: the backend's `.pulumi` folder. work: the folder of all stacks' work folders.
    """
    held, owner = entry(_root(folder), stack), read_owner(entry(work, stack))
    files = (held / name for name in names_in(held) if name.endswith(".json"))
    return sorted((read_lock(file, owner) for file in files), key=lambda lock: lock.timestamp)


def environment_locks(folder: Path, environment: str, work: Path) -> list[Lock]:
    """Return the locks of every stack of an environment, by stack and time."""
    stacks = names_in(_root(folder), stack_name(environment, ""))
    return [lock for stack in stacks for lock in read_locks(folder, stack, work)]


def _root(folder: Path) -> Path:
    return folder / "locks" / ORGANIZATION / PROJECT


def read_lock(file: Path, owner: Owner | None = None) -> Lock:
    """Return the lock that a file tells of; the file's folder is named after the stack.

    owner: the engine that we have started last for the stack.
    """
    try:
        content = file.read_bytes()
    except OSError:
        content = b""
    return lock_of(file, content, owner)


def lock_of(file: PurePath, content: bytes, owner: Owner | None) -> Lock:
    """Return the lock that the content of a file or an object tells of."""
    held = _mapping(content)
    pid = held.get("pid") if isinstance(held.get("pid"), int) else None
    hostname, timestamp = str(held.get("hostname", "")), str(held.get("timestamp", ""))
    return Lock(
        stack=file.parent.name,
        file=file,
        pid=pid,
        username=str(held.get("username", "")),
        hostname=hostname,
        timestamp=timestamp,
        abandoned=owner is not None and owner.holds(pid, hostname, timestamp) and owner.is_gone(),
    )


def _mapping(content: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
