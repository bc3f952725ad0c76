"""Ctrl-C where many threads are at work: only the main one hears a signal, and it must not lose its place."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: What asks a command to stop.
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """How often somebody has asked to stop."""

    def __init__(self) -> None:
        self.count = 0


@contextmanager
def counted(pass_on: Callable[[], None]) -> Iterator[Interrupts]:
    """Count the signals that ask to stop, and pass each on, in place of a KeyboardInterrupt.

    For the main thread. pass_on is called between any two steps of it, so it must neither print nor
    wait for what that thread holds.
    """
    interrupts = Interrupts()

    def heard(_signal: int, _frame: object) -> None:
        interrupts.count += 1
        pass_on()

    before = {each: signal.signal(each, heard) for each in SIGNALS}
    try:
        yield interrupts
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
