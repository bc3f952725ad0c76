"""Waiting for something to become true."""

from __future__ import annotations

import time
from collections.abc import Callable

from .errors import BenchError

LONGEST_SECONDS = 600.0
POLL_SECONDS = 0.5


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Return once it is true; raises BenchError after ten minutes."""
    ends = time.monotonic() + LONGEST_SECONDS
    while not true():
        if time.monotonic() > ends:
            raise BenchError(f"waited {LONGEST_SECONDS:.0f} s in vain for {what}")
        time.sleep(POLL_SECONDS)
