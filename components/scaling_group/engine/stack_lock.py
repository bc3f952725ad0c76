"""One command of this machine at a time changes a stack."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from filelock import FileLock, Timeout

from scaling_group.engine.folders import LOCK
from scaling_group.engine.locks import read_lock
from scaling_group.errors import Conflict
from scaling_group.ownership import user
from scaling_group.records import now

#: Two commands for one group that start together: the second one waits this long for the first.
LOCK_SECONDS = 3.0


@contextmanager
def stack_lock(work: Path, stack: str, patience: float = LOCK_SECONDS) -> Iterator[None]:
    """Keep other commands from a stack; the system lets go of it with the process.

    work: the stack's work folder. patience: seconds to wait for another one. Raises Conflict where
    another command is at it, with who, where and since when.
    """
    lock, owner = FileLock(work / LOCK, timeout=patience), work / "operation.owner"
    try:
        lock.acquire()
    except Timeout:
        raise Conflict(
            f"another command on this machine is changing {stack}",
            detail=f"held by {read_lock(owner)}" if owner.exists() else "",
            resolution="Wait until it ends.",
        ) from None
    try:
        owner.write_bytes(_signed())
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


def _signed() -> bytes:
    """Return who holds it, in the form of the engine's own locks."""
    time = now().strftime("%Y-%m-%dT%H:%M:%SZ")
    return orjson.dumps(
        {"pid": os.getpid(), "username": user(), "hostname": socket.gethostname(), "timestamp": time}
    )
