"""Files that a user names, read within bounds."""

from __future__ import annotations

import sys
from pathlib import Path

from scaling_group.errors import InvalidInput
from scaling_group.spec.documents import LARGEST


def read_bounded(file: str, largest: int = LARGEST) -> bytes:
    """Return a file's content, a byte over the bound at most; raises InvalidInput if it cannot be read."""
    try:
        if file == "-":
            return sys.stdin.buffer.read(largest + 1)
        with Path(file).open("rb") as handle:
            return handle.read(largest + 1)
    except OSError as error:
        raise InvalidInput(f"cannot read {file}", detail=str(error.strerror or error)) from None
