"""Files that are whole or absent."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

#: What is not finished begins so; whoever holds the cache's lock may remove it.
UNFINISHED = ".building-"


@contextlib.contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """Yield a new folder below `parent`, which is on the same disk; it is removed afterwards."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=parent))
    try:
        yield folder
    finally:
        remove(folder)


@contextlib.contextmanager
def finished_or_absent(target: Path) -> Iterator[Path]:
    """Yield a temporary path beside `target` that becomes `target` only if the body succeeds."""
    with scratch(target.parent) as folder:
        yield folder / target.name
        (folder / target.name).replace(target)


def install(made: Path, target: Path) -> None:
    """Put a program where it belongs, in place of what was there."""
    made.chmod(0o755)
    target.parent.mkdir(parents=True, exist_ok=True)
    made.replace(target)


def link(target: Path, name: str) -> None:
    """Make a link called `name` beside `target`, in place of what was there."""
    with finished_or_absent(target.parent / name) as unfinished:
        unfinished.symlink_to(target.name)


def remove_half_made(cache: Path) -> None:
    """Remove what a killed run left; the caller holds the cache's lock."""
    for left in [*cache.glob(f"{UNFINISHED}*"), *cache.glob(f"*/**/{UNFINISHED}*")]:
        remove(left)


def remove(path: Path) -> None:
    """Remove a file or folder, also one whose copies came from a read-only place."""
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return
    make_writable(path)
    shutil.rmtree(path, ignore_errors=True)


def make_writable(folder: Path) -> None:
    """Let the owner change a folder and all below it: the Go module cache is read-only."""
    for parent, _, names in os.walk(folder):
        for path in (Path(parent), *(Path(parent) / name for name in names)):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | stat.S_IWUSR)
