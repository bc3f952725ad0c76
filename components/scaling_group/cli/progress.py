"""What is happening, on standard error: one live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from scaling_group.cli.echo import escaped, say
from scaling_group.client.progress import WARNING, OnProgress


@contextmanager
def progress() -> Iterator[OnProgress]:
    """Yield the function that operations report to; a line that repeats is shown once."""
    if sys.stderr.isatty():
        with _live() as report:
            yield report
    else:
        yield lines()


def lines() -> OnProgress:
    """Return a report that writes each message in a line of its own, on a terminal too."""
    return _Lines()


@contextmanager
def _live() -> Iterator[OnProgress]:
    from rich.console import Console
    from rich.markup import escape

    started = time.monotonic()
    console = Console(stderr=True, highlight=False)
    with console.status("starting") as status:

        def report(message: str) -> None:
            if message.startswith(WARNING):
                # It may be longer than a line, and a live line that wraps is written again and again.
                console.print(escape(escaped(message)))
                return
            status.update(escape(f"{escaped(message)} ({time.monotonic() - started:.0f} s)"))

        yield report


class _Lines:
    def __init__(self) -> None:
        self._last = ""

    def __call__(self, message: str) -> None:
        if message != self._last:
            self._last = message
            # A terminal that is gone, or a full disk, does not end what is under way.
            with suppress(OSError):
                say(message, err=True)
