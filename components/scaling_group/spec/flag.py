"""Fields as flags of the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

#: Stands for a length of time: a number of seconds, or one with a unit.
TIME = "TIME"


class Flag(NamedTuple):
    """metavar: what stands for the value in help. name: where it is not the field's, without dashes.

    A list is one flag an item, so its name is in the singular.
    """

    metavar: str
    name: str = ""


def flag_of(name: str, marks: Iterable[object]) -> Flag:
    """Return the flag of a field by what stands beside its type; one of plain text needs none of its own."""
    given = next((each for each in marks if isinstance(each, Flag)), Flag("TEXT"))
    return Flag(given.metavar, given.name or name.replace("_", "-"))


def has_flag(marks: Iterable[object]) -> bool:
    """Return whether a part of a field has a flag of its own."""
    return any(isinstance(each, Flag) for each in marks)
