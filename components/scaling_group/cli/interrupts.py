"""Ctrl-C where many threads are at work: only the main one hears a signal, and it must not lose its place."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scaling_group.client.interrupts import Interrupts

#: The end of a terminal; not every system has it.
HANGUP = (signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ()
#: What asks a command to stop.
SIGNALS = (signal.SIGINT, signal.SIGTERM, *HANGUP)


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

    # With nohup the end of the terminal is ignored, and stays so.
    heeded = [each for each in SIGNALS if each not in HANGUP or signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, heard) for each in heeded}
    try:
        yield interrupts
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
