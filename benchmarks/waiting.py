"""Waiting for something to become true, and for the machine to rest."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil

from .errors import BenchError

LONGEST_SECONDS = 600.0
POLL_SECONDS = 0.5
#: Percent of all cores in use, and over how many seconds.
REST_PERCENT = 15.0
REST_SECONDS = 0.2
LONGEST_UNREST_SECONDS = 30.0


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Return once it is true; raises BenchError after ten minutes."""
    ends = time.monotonic() + LONGEST_SECONDS
    while not true():
        if time.monotonic() > ends:
            raise BenchError(f"waited {LONGEST_SECONDS:.0f} s in vain for {what}")
        time.sleep(POLL_SECONDS)


def wait_for_rest() -> None:
    """Return once the machine has little to do, or after half a minute of a busy one.

    The controllers and the gateway of the cluster work on for a while after each change, on the cores
    of whoever is measured next.
    """
    ends = time.monotonic() + LONGEST_UNREST_SECONDS
    while psutil.cpu_percent(REST_SECONDS) > REST_PERCENT and time.monotonic() < ends:
        pass
