"""What a killed run leaves behind: a lock that nobody holds, and a provider that nobody talks to.

Locks have no time limit, and the engine never asks whether their owner still lives.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import psutil

#: The beginning of the process name of every provider; the kernel keeps 15 characters.
PROVIDER = "pulumi-resource"
ENGINE = "pulumi"
#: Seconds that a provider gets to end by itself.
PATIENCE = 3.0


def recover(locks: Path | None, work: Path, report: Callable[[str], None]) -> None:
    """Clear what processes of this machine that are gone have left of a stack.

    locks: the folder of the stack's locks, None where the backend is no folder. work: the stack's
    work folder. The caller keeps other commands of this machine from the stack meanwhile.
    """
    for file, lock in _abandoned(locks) if locks else ():
        file.unlink(missing_ok=True)
        report(f"cleared the lock of a run that was killed (pid {lock['pid']}, {lock['timestamp']})")
    orphans = list(_orphans(work))
    for process in orphans:
        process.terminate()
    for process in psutil.wait_procs(orphans, timeout=PATIENCE)[1]:
        process.kill()


def _abandoned(locks: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for file in locks.glob("*.json"):
        try:
            lock = orjson.loads(file.read_bytes())
        except (OSError, ValueError):
            continue
        here = isinstance(lock, dict) and lock.get("hostname") == socket.gethostname()
        if here and not _is_engine(lock.get("pid")):
            yield file, lock


def _is_engine(pid: object) -> bool:
    """Return whether a pid is a running engine; a number used again by another program is none."""
    try:
        if not isinstance(pid, int):
            return False
        process = psutil.Process(pid)
        # A zombie has ended; only its parent has not noticed yet.
        return process.name().startswith(ENGINE) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _orphans(work: Path) -> Iterator[psutil.Process]:
    """Yield providers that work in the stack's folder and whose engine is gone."""
    for process in psutil.process_iter(["name"]):
        try:
            ours = (process.info["name"] or "").startswith(PROVIDER) and Path(process.cwd()) == work
            if ours and not _is_engine(process.ppid()):
                yield process
        except psutil.Error:
            continue
