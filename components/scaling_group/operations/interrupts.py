"""Being asked to stop where many threads are at work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from queue import SimpleQueue
from typing import TypeVar

#: How often the waiting thread looks whether somebody asks to stop, in seconds.
LOOK_SECONDS = 0.2

Done = TypeVar("Done")


class Interrupts:
    """How often somebody has asked to stop."""

    def __init__(self) -> None:
        self.count = 0


#: Counts who asks to stop while it is entered, and passes each on.
Counting = Callable[[Callable[[], None]], AbstractContextManager[Interrupts]]


@contextmanager
def uncounted(_pass_on: Callable[[], None]) -> Iterator[Interrupts]:
    """Hear no signals: they are the program's. What is left is a KeyboardInterrupt of the thread."""
    yield Interrupts()


def heeding(
    work: Callable[[], Done], interrupts: Interrupts, pass_on: Callable[[], None], tell: Callable[[], None]
) -> Done:
    """Return what the work returns, which is done in a thread of its own: a KeyboardInterrupt of this one is
    counted and passed on, and cuts nothing off. tell: called again and again once somebody has asked to stop.
    """
    # The command line hears signals before anything else is loaded, and this takes a hundredth of a second.
    from concurrent.futures import ThreadPoolExecutor, wait

    begin: SimpleQueue[bool] = SimpleQueue()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(lambda: work() if begin.get() else None)
        begun = False
        try:
            while not future.done():
                try:
                    if not begun:
                        begin.put(True)
                        begun = True
                    wait([future], LOOK_SECONDS)
                    if interrupts.count:
                        tell()
                except KeyboardInterrupt:
                    interrupts.count += 1
                    pass_on()
        finally:
            # Whatever comes before the work has begun ends its thread.
            begin.put(False)
    return future.result()  # type: ignore[return-value]
