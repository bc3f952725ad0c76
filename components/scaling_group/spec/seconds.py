"""Lengths of time in whole seconds: `30`, `30s`, `5m` or `1h`."""

from __future__ import annotations

import re
from typing import Annotated

from scaling_group.spec.marks import Before, Bounds
from scaling_group.spec.rejection import reject, shown

#: A day; nothing here waits longer.
MOST = 86_400
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
_TEXT = re.compile(r"([0-9]{1,9})(\.[0-9]{1,9})?([smh]?)")


def duration(text: str) -> float | None:
    """Return a text as seconds, None where it is none. A command may wait for a fraction of a second."""
    match = _TEXT.fullmatch(text)
    return float(match[1] + (match[2] or "")) * _UNITS[match[3]] if match else None


def to_seconds(value: object) -> object:
    """Return a text as seconds; leaves numbers to the integer's own rule."""
    if isinstance(value, str):
        match = _TEXT.fullmatch(value)
        # The fields of Kubernetes are whole seconds.
        if not match or match[2]:
            raise reject(
                "seconds", f"{shown(value)} is not a length of time; write it like 30, 30s, 5m or 1h."
            )
        return int(match[1]) * _UNITS[match[3]]
    if isinstance(value, bool):
        raise reject("seconds", f"must be a length of time, not {shown(value)}.")
    return value


#: Seconds from 0 to a day.
Seconds = Annotated[int, Bounds(0, MOST), Before(to_seconds)]
#: Seconds from 1 to a day.
AtLeastOneSecond = Annotated[int, Bounds(1, MOST), Before(to_seconds)]
