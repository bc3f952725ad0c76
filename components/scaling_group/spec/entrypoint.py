"""The command that runs in place of the image's entrypoint."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Annotated

from scaling_group.spec.marks import After
from scaling_group.spec.rejection import reject, shown
from scaling_group.spec.text import check_sendable


def parse_entrypoint(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the arguments of comma-separated texts, one after the other.

    An argument that holds a comma stands in double quotes: `sh,-c,"echo a,b"`.
    """
    try:
        arguments = tuple(item for row in csv.reader(texts, strict=True) for item in row)
    except csv.Error as error:
        raise reject("entrypoint", f"{shown(','.join(texts))} cannot be split at commas: {error}.") from None
    if not arguments:
        raise reject("entrypoint", "is empty; leave it out to run the image's own.")
    return arguments


def entrypoint_text(arguments: Sequence[str]) -> str:
    """Return arguments as the text that parse_entrypoint reads."""
    written = io.StringIO()
    csv.writer(written).writerow(arguments)
    return written.getvalue().removesuffix("\r\n")


def check_entrypoint(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """Return arguments whose first names a program and of which none holds a NUL byte."""
    if arguments and not arguments[0].strip():
        raise reject("entrypoint", "the first element must name the program to run; it is empty.")
    broken = next((a for a in arguments if "\0" in a), None)
    if broken is not None:
        raise reject("entrypoint", f"{shown(broken)} holds a NUL byte, which no program can receive.")
    return tuple(check_sendable(argument) for argument in arguments)


Entrypoint = Annotated[tuple[str, ...], After(check_entrypoint)]
