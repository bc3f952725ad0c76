"""What is happening, on standard error: one live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from scaling_group.cli.echo import escaped, say
from scaling_group.operations.protocols import WARNING, Report


@contextmanager
def progress() -> Iterator[Report]:
    """Yield the function that operations report to; a line that repeats is shown once."""
    if sys.stderr.isatty():
        with _live() as report:
            yield report
    else:
        yield lines()


def lines() -> Report:
    """Return a report that writes each message in a line of its own, on a terminal too."""
    return _Lines()


@contextmanager
def _live() -> Iterator[Report]:
    from rich.console import Console
    from rich.markup import escape

    started = time.monotonic()
    console = Console(stderr=True, highlight=False)
    with console.status("starting") as status:

        def report(message: str) -> None:
            if message.startswith(WARNING):
                console.print(escape(escaped(message)))
            status.update(escape(f"{escaped(message)} ({time.monotonic() - started:.0f} s)"))

        yield report


def by_group(report: Report) -> Callable[[str, str], None]:
    """Return a report for many groups at once; what repeats for a group is told once."""
    last: dict[str, str] = {}

    def report_for(name: str, message: str) -> None:
        if last.get(name) != message:
            last[name] = message
            # What begins as a warning stays on the screen.
            warning = WARNING if message.startswith(WARNING) else ""
            report(f"{warning}{name}: {message.removeprefix(WARNING)}")

    return report_for


class _Lines:
    def __init__(self) -> None:
        self._last = ""

    def __call__(self, message: str) -> None:
        if message != self._last:
            self._last = message
            # A terminal that is gone, or a full disk, does not end what is under way.
            with suppress(OSError):
                say(message, err=True)
