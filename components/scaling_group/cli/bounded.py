"""Files that a user names, read within bounds; `-` is standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from scaling_group.client import files
from scaling_group.errors import InvalidInput
from scaling_group.spec.documents import LARGEST


def read_bounded(file: str, largest: int = LARGEST) -> bytes:
    """Return a file's content, a byte over the bound at most; raises InvalidInput if it cannot be read."""
    if file != "-":
        return files.read_bounded(Path(file), largest)
    try:
        return sys.stdin.buffer.read(largest + 1)
    except OSError as error:
        raise InvalidInput(f"cannot read {file}", detail=str(error.strerror or error)) from None
