"""What can go wrong while the toolchain is made, each as sentences with what to do."""

from __future__ import annotations

import errno
from pathlib import Path

REPEAT = "make toolchain"

_FULL = (errno.ENOSPC, errno.EDQUOT)
_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)


class ToolchainError(Exception):
    """The toolchain cannot be made; the message says why and what to do."""


class UsageError(ToolchainError):
    """A setting has a value that it cannot have."""


class Unavailable(ToolchainError):
    """A release host does not give a file: another way to the same program may do."""


class WrongContent(ToolchainError):
    """A file does not match the release under its name; never a reason to go another way."""


class Stopped(Exception):
    """The work was told to stop."""


def of_system(error: OSError, folder: Path) -> ToolchainError:
    """Return what an error of the operating system below `folder` means for the toolchain."""
    where = error.filename or folder
    if error.errno in _FULL:
        return ToolchainError(
            f"no space is left for {where}; what is complete stays. "
            f"Free 2 GB below {folder}, or set XDG_CACHE_HOME to a folder elsewhere; then: {REPEAT}"
        )
    if error.errno in _REFUSED:
        return ToolchainError(
            f"{where} cannot be written: {error.strerror}. "
            f"Make {folder} yours, or set XDG_CACHE_HOME to a folder that is; then: {REPEAT}"
        )
    return ToolchainError(f"{error}. To repeat: {REPEAT}")
