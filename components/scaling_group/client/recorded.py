"""What people have of a group, from files: snapshots, what kubectl has printed, the folder of a dump."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scaling_group.client.files import read_bounded
from scaling_group.errors import InvalidInput
from scaling_group.rollout.pod_logs import LARGEST_LOG
from scaling_group.rollout.recorded import FORMS, LARGEST, documents_of, logs_of

#: What is read of a folder: objects, and logs as `kubectl cluster-info dump` names them.
ENDINGS = (".json", ".yaml", ".yml")
LOGS = "logs.txt"
#: Files of a folder.
MOST_FILES = 20_000


def read_recorded(*sources: str | Path) -> list[Any]:
    """Return what files hold, and the .json, .yaml and logs.txt files of folders, for ScalingGroups.diagnose.

    Raises InvalidInput for what cannot be read, is of another form, or is more than 64 MiB.
    """
    documents: list[Any] = []
    left = LARGEST
    for file in (file for source in sources for file in _files(Path(source))):
        content = _tail(file) if _is_long_log(file, left) else read_bounded(file, left)
        left -= len(content)
        if left < 0:
            raise too_large(file)
        dumped = logs_of(content) if file.name == LOGS else []
        documents += dumped or documents_of(content, str(file))
    return documents


def too_large(source: str | Path) -> InvalidInput:
    """Return the error for more than is read."""
    return InvalidInput(
        f"{source} is more than is read: the files have more than {LARGEST} bytes",
        resolution="Send those of one namespace.",
    )


def _files(source: Path) -> list[Path]:
    if not source.is_dir():
        return [source]
    found = sorted(_within(source))
    if not found:
        raise InvalidInput(f"{source} has no file that is read here", resolution=FORMS)
    if len(found) > MOST_FILES:
        raise InvalidInput(f"{source} has {len(found)} files; at most {MOST_FILES} are read")
    return found


def _within(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and of those in it; links to elsewhere are not followed."""
    for at, _, names in os.walk(folder):
        files = (Path(at, name) for name in names if name == LOGS or name.endswith(ENDINGS))
        yield from (file for file in files if not file.is_symlink())


def _is_long_log(file: Path, left: int) -> bool:
    return file.name == LOGS or (file.suffix == ".log" and file.is_file() and file.stat().st_size > left)


def _tail(file: Path) -> bytes:
    try:
        with file.open("rb") as handle:
            handle.seek(max(0, file.stat().st_size - LARGEST_LOG))
            return handle.read(LARGEST_LOG)
    except OSError as error:
        raise InvalidInput(f"cannot read {file}", detail=str(error.strerror or error)) from None
