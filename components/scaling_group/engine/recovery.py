"""What a killed run leaves behind: a lock that nobody holds, an engine that nobody listens to, providers
that nobody talks to, and a file that was cut short.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from scaling_group.engine.folders import entry, names_in
from scaling_group.engine.locks import ENGINE, Lock, is_engine
from scaling_group.naming import PROJECT

#: The beginning of the process name of every provider and language host.
HELPER = f"{ENGINE}-"
#: The ending of files that say of what type the file beside them is.
ATTRIBUTES = ".attrs"
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
    engines = list(_working_in(work, lambda process: process.name() == ENGINE))
    for engine in engines:
        report(f"ending the engine of a command that was killed (pid {engine.pid})")
    _end(engines, signal.SIGINT, STEP_PATIENCE)
    _end(list(_working_in(work, _is_orphaned_helper)), signal.SIGTERM, PATIENCE)


def clear_locks(locks: Iterable[Lock], report: Callable[[str], None]) -> None:
    """Remove the locks of processes of this machine that are gone."""
    for lock in locks:
        if lock.abandoned:
            lock.file.unlink(missing_ok=True)
            report(f"cleared the lock of a run that was killed (pid {lock.pid}, {lock.timestamp})")


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


def _is_orphaned_helper(process: psutil.Process) -> bool:
    return process.name().startswith(HELPER) and not is_engine(process.ppid())


def _working_in(work: Path, chosen: Callable[[psutil.Process], bool]) -> Iterator[psutil.Process]:
    for process in psutil.process_iter(["name"]):
        try:
            named = (process.info["name"] or "").startswith(ENGINE)
            if named and chosen(process) and Path(process.cwd()) == work:
                yield process
        except psutil.Error:
            continue


def _end(processes: Sequence[psutil.Process], how: signal.Signals, patience: float) -> None:
    """Ask processes to end, and kill those that have not done so after `patience` seconds."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(how)
    for process in psutil.wait_procs(processes, timeout=patience)[1]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
