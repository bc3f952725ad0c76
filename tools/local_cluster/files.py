"""Files that are either old or new, never half written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from .errors import ClusterError

PRIVATE = 0o600
PRIVATE_FOLDER = 0o700
PUBLIC = 0o644


def make_private(folder: Path) -> None:
    """Make a folder that its user alone may enter; one that is there becomes such.

    Raises:
        ClusterError: the folder is another user's.
    """
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    try:
        folder.chmod(PRIVATE_FOLDER)
    except PermissionError as error:
        raise ClusterError(
            f"{folder} belongs to another user, who could read the keys in it; choose a folder with --dir"
        ) from error


def write_file(path: Path, content: str | bytes, mode: int = PUBLIC) -> None:
    """Replace `path` in one step; the file never exists with wider permissions than `mode`.

    A file that already has this content is left alone.
    """
    data = content.encode() if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data and path.stat().st_mode & 0o777 == mode:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp opens with mode 0600.
    descriptor, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.chmod(scratch, mode)
        os.replace(scratch, path)
    except BaseException:
        os.unlink(scratch)
        raise
