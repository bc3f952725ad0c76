"""Files of variables, in the form that people know from `.env`."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scaling_group.cli.bounded import read_bounded
from scaling_group.spec.documents import LARGEST
from scaling_group.spec.rejection import reject, shown

if TYPE_CHECKING:
    from dotenv.parser import Original


def variables_of(files: Sequence[str]) -> dict[str, str]:
    """Return the variables of files, of which a later one takes precedence.

    Raises a pydantic error for a line that is none, and for a name given twice in one file.
    """
    return {name: value for file in files for name, value in _variables(file).items()}


def _variables(file: str) -> dict[str, str]:
    # Only who has such a file pays for the library.
    from dotenv.parser import parse_stream

    variables: dict[str, str] = {}
    for found in parse_stream(io.StringIO(_text(file))):
        where = f"{file}:{_line(found.original)}"
        if found.error:
            raise reject("env_file", f"{where} is not NAME=VALUE.")
        if found.key is None:
            continue
        if found.value is None:
            raise reject("env_file", f"{where}: {shown(found.key)} is not NAME=VALUE.")
        if found.key in variables:
            raise reject("env_file", f"{where}: {shown(found.key)} is given twice.")
        variables[found.key] = found.value
    return variables


def _line(original: Original) -> int:
    """Return the line of a variable; empty lines before it belong to it."""
    text = original.string
    return original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _text(file: str) -> str:
    content = read_bounded(file)
    if len(content) > LARGEST:
        raise reject("env_file", f"{file} has more than {LARGEST} bytes.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise reject("env_file", f"{file} is not UTF-8: {error.reason} at byte {error.start}.") from None
