"""The standard streams as they are handed over: closed, of any encoding, or the input of somebody's loop."""

from __future__ import annotations

import io
import os
import sys


def settle() -> None:
    """Make the three streams safe to use and to hand on; for the beginning of a process."""
    _open_what_is_closed()
    _keep_input()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What the encoding of a log lacks is written by its number.
            stream.reconfigure(errors="backslashreplace")


def _open_what_is_closed() -> None:
    """Put nothing in the place of what is closed: the next file to be opened would be written to."""
    for descriptor, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            nothing = os.open(os.devnull, os.O_RDWR)
            if nothing != descriptor and not _is_open(descriptor):
                os.dup2(nothing, descriptor)
            if nothing == descriptor:
                os.set_inheritable(descriptor, True)
            # Its descriptor stays open whatever becomes of the object.
            setattr(sys, name, open(nothing, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _keep_input() -> None:
    """Leave standard input to what reads it by name (`-f -`): no plugin takes it from somebody's loop."""
    if sys.stdin.isatty():
        return
    kept = os.dup(sys.stdin.fileno())
    sys.stdin = open(kept, encoding="utf-8")  # noqa: SIM115 - until the end
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
