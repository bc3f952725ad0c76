"""What a killed run leaves behind: a lock that nobody holds, and a provider that nobody talks to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import psutil

from scaling_group.engine.locks import Lock, is_engine

#: The beginning of the process name of every provider; the kernel keeps 15 characters.
PROVIDER = "pulumi-resource"
#: Seconds that a provider gets to end by itself.
PATIENCE = 3.0


def recover(locks: Iterable[Lock], work: Path, report: Callable[[str], None]) -> None:
    """Clear what processes of this machine that are gone have left of a stack.

    locks: the stack's locks. work: the stack's work folder. The caller keeps other commands of this
    machine from the stack meanwhile.
    """
    for lock in locks:
        if lock.abandoned:
            lock.file.unlink(missing_ok=True)
            report(f"cleared the lock of a run that was killed (pid {lock.pid}, {lock.timestamp})")
    orphans = list(_orphans(work))
    for process in orphans:
        process.terminate()
    for process in psutil.wait_procs(orphans, timeout=PATIENCE)[1]:
        process.kill()


def _orphans(work: Path) -> Iterator[psutil.Process]:
    """Yield providers that work in the stack's folder and whose engine is gone."""
    for process in psutil.process_iter(["name"]):
        try:
            ours = (process.info["name"] or "").startswith(PROVIDER) and Path(process.cwd()) == work
            if ours and not is_engine(process.ppid()):
                yield process
        except psutil.Error:
            continue
