"""What a killed run leaves behind: a lock that nobody holds, an engine that nobody listens to, providers
that nobody talks to, and a file that was cut short.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from scaling_group.engine.folders import entry, names_in
from scaling_group.engine.locks import StackLocks
from scaling_group.engine.owner import record_owner
from scaling_group.naming import ORGANIZATION, PROJECT

#: The process name of the engine, and the beginning of that of every provider and language host.
ENGINE, HELPER = "pulumi", "pulumi-"
#: The ending of files that say of what type the file beside them is.
ATTRIBUTES = ".attrs"
#: That of a file that is not whole yet.
UNFINISHED = ".tmp"
#: Seconds within which a lock is whole.
MOMENT = 1.0
#: A checkpoint and the copy before it, compressed where the user has switched that on.
CHECKPOINT_ENDINGS = (".json", ".json.bak", ".json.gz", ".json.gz.bak", ".json.zst", ".json.zst.bak")
#: Of one entry of a history: what happened, and the checkpoint after it.
ENTRY_FILES = 2
#: Seconds that a process gets to end by itself.
PATIENCE = 3.0
#: Seconds that an engine gets to end the step it is at and to write it down.
STEP_PATIENCE = 15.0


def end_orphans(work: Path, report: Callable[[str], None]) -> None:
    """End what works in a stack's folder for a command that is gone.

    work: the stack's work folder. The caller keeps other commands of this machine from the stack, so
    an engine that works there has lost its own.
    """
    found = list(_working_in(work))
    engines = list(_chosen(found, _is_engine))
    for engine in engines:
        report(f"stopping the engine of a killed command (pid {engine.pid})")
        # The lock of one that has to be killed stays, and its command may not have come to note whose it is.
        record_owner(work, engine.pid)
    if engines:
        _end(engines, signal.SIGINT, STEP_PATIENCE)
        found = list(_working_in(work))
    _end(list(_chosen(found, _is_orphaned_helper)), signal.SIGTERM, PATIENCE)


def clear_locks(locks: StackLocks, stack: str, report: Callable[[str], None]) -> None:
    """Remove the locks of a stack whose processes were of this machine and are gone."""
    environment, _, name = stack.partition(".")
    gone = [lock for lock in locks.held(environment, name) or () if lock.abandoned]
    if gone:
        locks.release(environment, name, gone)
    for lock in gone:
        report(f"removed the lock of a killed run (pid {lock.pid}, {lock.timestamp})")


def drop_unfinished_locks(folder: Path, stack: str) -> None:
    """Remove locks that an engine was writing when it was killed, or when the disk was full.

    folder: the backend's `.pulumi` folder. A lock has its name once it is whole, but the engine takes every
    file beside it for one too, and stops at one that it cannot read. What is being written has its name
    within a moment, whoever writes it.
    """
    locks = entry(folder / "locks" / ORGANIZATION / PROJECT, stack)
    unfinished = [name for name in names_in(locks) if name.endswith(UNFINISHED)]
    if unfinished:
        time.sleep(MOMENT)
    for name in unfinished:
        (locks / name).unlink(missing_ok=True)


def drop_cut_attributes(folder: Path, stack: str) -> None:
    """Remove files of attributes that were being written when an engine was killed.

    folder: the backend's `.pulumi` folder. The engine writes attributes over the old ones, empties the
    file first, and reads nothing that stands beside an empty one: `failed to load checkpoint: EOF`. It
    does without them where there are none.
    """
    for file in _attributes(folder, stack):
        # There are none beside most, and an engine elsewhere may be at the same stack.
        with suppress(FileNotFoundError):
            if file.stat().st_size == 0:
                file.unlink()


def _attributes(folder: Path, stack: str) -> Iterator[Path]:
    """Yield what a killed engine may have been writing: beside the checkpoint, or the newest of history."""
    for ending in CHECKPOINT_ENDINGS:
        yield entry(folder / "stacks" / PROJECT, f"{stack}{ending}{ATTRIBUTES}")
    history = entry(folder / "history" / PROJECT, stack)
    names = [name for name in names_in(history) if name.endswith(ATTRIBUTES)]
    yield from (history / name for name in names[-ENTRY_FILES:])


def _name(process: psutil.Process) -> str:
    """Return the name of a process without what wrappers of packagers add: `.pulumi-wrapped`."""
    return process.name().removeprefix(".").removesuffix("-wrapped")


def _is_engine(process: psutil.Process) -> bool:
    return _name(process) == ENGINE


def _is_orphaned_helper(process: psutil.Process) -> bool:
    parent = process.parent()
    return _name(process).startswith(HELPER) and (parent is None or not _is_engine(parent))


def _working_in(work: Path) -> Iterator[psutil.Process]:
    """Yield engines and their helpers that work in a folder."""
    return _chosen(_processes(), lambda each: ENGINE in each.name() and _is_in(each, work))


def _processes() -> Iterator[psutil.Process]:
    """Yield all processes; on Linux those alone with the name of the engine in theirs, which is quick."""
    for pid in psutil.pids():
        # Gone meanwhile.
        with suppress(psutil.Error, OSError):
            # https://man7.org/linux/man-pages/man5/proc_pid_comm.5.html
            if sys.platform != "linux" or ENGINE.encode() in Path(f"/proc/{pid}/comm").read_bytes():
                yield psutil.Process(pid)


def _chosen(
    processes: Iterable[psutil.Process], chosen: Callable[[psutil.Process], bool]
) -> Iterator[psutil.Process]:
    for process in processes:
        # Of another user, or gone meanwhile.
        with suppress(psutil.Error, OSError):
            if chosen(process):
                yield process


def _is_in(process: psutil.Process, work: Path) -> bool:
    """Return whether a process works in a folder, and in no container: paths of two read the same."""
    if sys.platform != "linux":
        return os.path.samefile(process.cwd(), work)
    inside = os.readlink(f"/proc/{process.pid}/ns/pid") != os.readlink("/proc/self/ns/pid")
    return not inside and os.path.samefile(f"/proc/{process.pid}/cwd", work)


def _end(processes: Sequence[psutil.Process], how: signal.Signals, patience: float) -> None:
    """Ask processes to end, and kill those that have not done so after `patience` seconds."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(how)
    for process in psutil.wait_procs(processes, timeout=patience)[1]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
