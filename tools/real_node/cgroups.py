"""The cgroups that are the node's: one in each hierarchy, and all below it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from .errors import CannotRun

ROOT = Path("/sys/fs/cgroup")
#: Without one of these the kubelet does not start.
NEEDED = ("cpu", "cpuacct", "cpuset", "memory", "pids")
#: A process that was killed leaves its cgroup a moment later.
LEAVE_SECONDS = 10.0
POLL_SECONDS = 0.05


class Cgroups:
    """The cgroups called `name`, in version 1 one for each controller, in version 2 a single one."""

    def __init__(self, name: str, root: Path = ROOT) -> None:
        self.name = name
        self._root = root

    @property
    def version(self) -> int:
        return 2 if (self._root / "cgroup.controllers").exists() else 1

    def check(self) -> None:
        """Raise CannotRun where the node's cgroups cannot be made; those that were made are removed."""
        there = self.left()
        try:
            self.make()
        except OSError as error:
            raise CannotRun(
                f"it needs cgroups of its own, and {error.filename or self._root} says: {error.strerror}"
            ) from error
        finally:
            if not there:
                self.remove()

    def make(self) -> None:
        """Make them.

        Raises:
            CannotRun: a controller that the kubelet needs is not there.
            OSError: the machine refuses it.
        """
        folders = self._places()
        missing = sorted(self._needed - self._controllers())
        if missing:
            raise CannotRun(
                f"it needs the cgroup controllers {', '.join(missing)}, which {self._root} has not"
            )
        if self.version == 2:
            self._hand_down()
        for place in folders:
            (place / self.name).mkdir(exist_ok=True)

    def left(self) -> list[Path]:
        """Return those that are there, the innermost first."""
        return [folder for place in self._places() for folder in _innermost_first(place / self.name)]

    def remove(self) -> None:
        """Remove them; what still has a process stays, and left() tells of it."""
        end = time.monotonic() + LEAVE_SECONDS
        while self.left() and time.monotonic() < end:
            for folder in self.left():
                with contextlib.suppress(OSError):
                    folder.rmdir()
            time.sleep(POLL_SECONDS)

    def processes(self) -> set[int]:
        """Return the numbers of the processes in them."""
        found = set()
        for folder in self.left():
            with contextlib.suppress(OSError):
                found |= {int(line) for line in (folder / "cgroup.procs").read_text().split()}
        return found

    def _places(self) -> list[Path]:
        if self.version == 2:
            return [self._root]
        return [
            place
            for place in self._root.glob("*")
            if (place / "cgroup.procs").exists() and not place.is_symlink()
        ]

    @property
    def _needed(self) -> set[str]:
        # In version 2 the accounting is part of the controller.
        return set(NEEDED) - {"cpuacct"} if self.version == 2 else set(NEEDED)

    def _controllers(self) -> set[str]:
        """Return those that can be had here."""
        if self.version == 2:
            return set((self._root / "cgroup.controllers").read_text().split())
        return {name for place in self._places() for name in place.name.split(",")}

    def _hand_down(self) -> None:
        """In version 2 a cgroup has the controllers that the one above hands down."""
        control = self._root / "cgroup.subtree_control"
        wanted = self._needed - set(control.read_text().split())
        if wanted:
            control.write_text(" ".join(f"+{name}" for name in sorted(wanted)))


def _innermost_first(folder: Path) -> Iterator[Path]:
    for parent, _, _ in os.walk(folder, topdown=False):
        yield Path(parent)
