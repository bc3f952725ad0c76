"""Plain numbers where a rule wants text, and whole numbers."""

from __future__ import annotations

from typing import Annotated

from scaling_group.spec.marks import Before, Exact
from scaling_group.spec.rejection import reject, shown

#: Kubernetes holds replica counts as int32.
MOST_REPLICAS = 2**31 - 1
#: More than any amount; Python does not write integers of thousands of digits.
MOST_WRITTEN = 10**30


def _not_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise reject("integer", f"must be a whole number, not {shown(value)}.")
    return value


def _number_as_text(value: object) -> object:
    # The shortest decimal that is the float is what was written: 0.5, 2.5.
    return repr(value) if isinstance(value, float) else _as_text(value)


def _as_text(value: object) -> object:
    # A GPU count or a CPU amount written as a plain number is clear; a boolean is not.
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST_WRITTEN:
        return str(value)
    return value


#: True or false, and nothing that may stand for them.
Switch = Annotated[bool, Exact()]
#: A whole number that is not written as true or false.
Whole = Before(_not_boolean)
#: Text that may be written as a plain number: whole, and with a fraction too.
AsText, NumberAsText = Before(_as_text), Before(_number_as_text)
