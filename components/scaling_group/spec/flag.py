"""Fields as flags of the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, get_origin

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

#: Stands for a length of time: a number of seconds, or one with a unit.
TIME = "TIME"


class Flag(NamedTuple):
    """metavar: what stands for the value in help. name: where it is not the field's, without dashes.

    A list is one flag an item, so its name is in the singular.
    """

    metavar: str
    name: str = ""


def flag_of(name: str, field: FieldInfo) -> Flag:
    """Return the flag of a field; one of plain text needs none of its own."""
    return flag_among(field.metadata, name)


def flag_among(marks: Iterable[object], name: str) -> Flag:
    """Return the flag of a field that these stand beside the type of."""
    given = next((each for each in marks if isinstance(each, Flag)), Flag("TEXT"))
    return Flag(given.metavar, given.name or name.replace("_", "-"))


def has_flag(field: FieldInfo) -> bool:
    """Return whether a part of a field has a flag of its own."""
    return any(isinstance(each, Flag) for each in field.metadata)


def is_repeated(field: FieldInfo) -> bool:
    """Return whether a flag adds to a list or a mapping."""
    return get_origin(field.annotation) in (tuple, dict)
