"""Being asked to stop where many threads are at work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager


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
