"""Entries of our folders, found by name: a name is no path and no pattern."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from scaling_group.errors import InvalidInput, Unreachable, more_files
from scaling_group.spec.rejection import shown

#: In a stack's work folder: held by the command that changes the stack.
LOCK = "operation.lock"
#: Bytes that have to be free for a change: several times its checkpoint, with a copy, a backup and a history.
ROOM = 2**20


def entry(folder: Path, name: str) -> Path:
    """Return the path of an entry of a folder; raises InvalidInput where the name leads elsewhere.

    What people and files name is checked where it enters; this holds for whatever comes after that.
    """
    if name in ("", "..") or "\0" in name or Path(name).name != name:
        raise InvalidInput(f"{shown(name)} is not a name in the folder {folder}")
    return folder / name


def names_in(folder: Path, beginning: str = "") -> list[str]:
    """Return the names in a folder that begin so, in order; none where there is no such folder."""
    try:
        # Of a thousand names as texts: a fifth of what it takes as paths.
        return sorted(name for name in os.listdir(folder) if name.startswith(beginning))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise unreadable(error) from None


def unreadable(error: OSError) -> Unreachable:
    """Return the error for a file or folder of ours that is there and cannot be read."""
    return Unreachable(
        f"cannot read {error.filename}: {error.strerror or error}",
        resolution=more_files(error)
        or "Check that it belongs to you, or set another folder with SCALING_GROUP_DATA_DIR.",
    )


def check_room(folder: Path) -> None:
    """Raise Unreachable where a folder's disk has no room for what an engine writes.

    On a full disk it writes what has room, and calls that its state: a checkpoint that is cut short.
    """
    found = os.statvfs(folder)
    free = found.f_frsize * (found.f_bavail if os.geteuid() else found.f_bfree)
    # Not every file system says how large it is.
    if found.f_blocks and free < ROOM:
        raise Unreachable(
            f"the disk of {folder} is full: {free // 2**10} KiB are free",
            detail="No engine was started.",
            resolution=f"A change takes up to {ROOM // 2**10} KiB: make room there.",
        )


def make_folder(folder: Path) -> None:
    """Make what is missing of a path, for the user alone."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def private_folder(folder: Path) -> Path:
    """Return a folder that nobody else looks into, made where it is missing.

    One that an earlier version has left open is closed.
    """
    make_folder(folder)
    if folder.stat().st_mode & 0o077:
        with suppress(PermissionError):
            folder.chmod(0o700)
    return folder


def write_private(file: Path, text: str) -> None:
    """Write a file that nobody else reads, all of it or nothing."""
    # mkstemp makes the file with mode 0600.
    descriptor, scratch = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.write(text)
        os.replace(scratch, file)
    except BaseException:
        os.unlink(scratch)
        raise


class FolderStore:
    """The files of a folder backend as the objects of a store. folder: the `.pulumi` folder."""

    def __init__(self, folder: Path) -> None:
        self._root = folder.parent

    def keys(self, prefix: str) -> list[str]:
        """Return the keys in a folder and below that begin so, in order."""
        found = os.walk(self._root / prefix.rpartition("/")[0])
        keys = (
            os.path.relpath(os.path.join(at, name), self._root) for at, _, names in found for name in names
        )
        return sorted(key for key in keys if key.startswith(prefix))

    def folders(self, prefix: str) -> list[str]:
        """Return the folders right below one."""
        below = self._root / prefix
        return [f"{prefix}{name}/" for name in names_in(below) if (below / name).is_dir()]

    def contents(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return what files hold, less those that are not there."""
        found = {}
        for key in keys:
            with suppress(FileNotFoundError):
                found[key] = (self._root / key).read_bytes()
        return found

    def delete(self, key: str) -> None:
        (self._root / key).unlink(missing_ok=True)
