"""Whose an engine is: noted beside a stack, because the engine's own lock names a PID and a host name alone.

Both mean nothing outside of one PID namespace of one boot of one machine: containers share host names, and
their PIDs are alike. What cannot be seen from here is alive.
"""

from __future__ import annotations

import os
import socket
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import orjson
import psutil

from scaling_group.engine.folders import write_private
from scaling_group.spec.marks import Bounds
from scaling_group.spec.model import Model
from scaling_group.spec.rejection import invalid
from scaling_group.spec.written import short

FILE = "engine.owner"
#: The PID namespace that no container has: PROC_PID_INIT_INO of Linux.
INITIAL = "pid:[4026531836]"
#: Seconds by which two clocks of one machine may differ, one of which counts in ticks since its boot.
SLACK = 2.0


class ProcessHost(Model):
    """Where a PID means something. machine: empty where it cannot be told from others, as in a container."""

    boot: str
    namespace: str
    machine: str


class Owner(Model):
    """The engine that was last started for a stack. began and ended: seconds since the epoch.

    started: what tells the process from every other one of its PID.
    """

    place: ProcessHost
    hostname: str
    pid: Annotated[int, Bounds(1, 2**31 - 1)]
    started: str
    began: float
    ended: float | None = None

    def holds(self, pid: int | None, hostname: str, timestamp: str) -> bool:
        """Return whether a lock is this engine's; one of another container can have the same PID."""
        try:
            locked = datetime.fromisoformat(timestamp).timestamp()
        except (ValueError, OverflowError):
            return False
        latest = locked if self.ended is None else self.ended + SLACK
        return (pid, hostname) == (self.pid, self.hostname) and self.began - SLACK <= locked <= latest

    def is_gone(self) -> bool:
        """Return whether the engine has ended for certain."""
        here = this_place()
        if here is None:
            return False
        if self.place != here:
            # The machine has been started again since, and all of its processes are new.
            return bool(here.machine) and self.place.machine == here.machine and self.place.boot != here.boot
        return not _is_there(self.pid, self.started)


def this_place() -> ProcessHost | None:
    """Return where this process runs, None where that cannot be seen."""
    if sys.platform != "linux":
        # No PID namespaces there; a PID of before a boot has another start.
        return ProcessHost(boot="", namespace="", machine=f"{uuid.getnode():x}")
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        return None
    return ProcessHost(boot=boot, namespace=namespace, machine=_machine() if namespace == INITIAL else "")


def _machine() -> str:
    try:
        return Path("/etc/machine-id").read_text().strip()
    except OSError:
        return ""


def _is_there(pid: int, started: str) -> bool:
    try:
        if sys.platform != "win32":
            os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        # Somebody else's, which may not be seen either.
        pass
    return start_of(pid) in (None, started)


def start_of(pid: int) -> str | None:
    """Return what tells a process from later ones with its PID, empty for one that has ended; None where it
    cannot be seen.
    """
    try:
        if sys.platform != "linux":
            return repr(psutil.Process(pid).create_time())
        # The library adds the time of the boot, which moves as the clock is set.
        # https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
        state, *more = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except psutil.NoSuchProcess:
        return ""
    except (OSError, psutil.Error):
        return None
    # Of a process that has ended only the entry for its parent is left.
    return "" if state in "ZXx" else more[18]


def record_owner(work: Path, pid: int) -> Owner | None:
    """Note in a stack's work folder that an engine works there; None where it cannot be told or noted."""
    place, started = this_place(), start_of(pid)
    if place is None or not started:
        return None
    with suppress(OSError, psutil.Error):
        began = psutil.Process(pid).create_time()
        owner = Owner(place=place, hostname=socket.gethostname(), pid=pid, started=started, began=began)
        _write(work, owner)
        return owner
    return None


@contextmanager
def owner_recorded(work: Path, pid: int) -> Iterator[None]:
    """Note an engine, and that it has ended; one that is left alone is not known to have."""
    owner = record_owner(work, pid)
    yield
    if owner:
        with suppress(OSError):
            _write(work, owner.model_copy(update={"ended": datetime.now().timestamp()}))


def read_owner(work: Path) -> Owner | None:
    """Return what is noted in a stack's work folder, None where it is nothing or cannot be read."""
    try:
        return Owner.model_validate(orjson.loads((work / FILE).read_bytes()))
    except (OSError, orjson.JSONDecodeError):
        return None
    except invalid():
        return None


def _write(work: Path, owner: Owner) -> None:
    write_private(work / FILE, orjson.dumps(short(owner)).decode())
