"""What people see while the toolchain is made: a live line for each task, or plain lines."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Protocol

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Column
from rich.text import Text


class Task(Protocol):
    """Something under way."""

    def show(self, done: float, total: float | None, detail: str) -> None:
        """Tell how far it is; `total` is None where nobody knows."""

    def end(self, outcome: str) -> None:
        """Tell how it has ended, in a line that stays."""


class Display(Protocol):
    """Where lines and tasks are shown; from any thread."""

    def say(self, text: str) -> None: ...

    def begin(self, label: str, expected: str = "") -> Task: ...


class PlainDisplay:
    """Lines alone: one where a task begins and one where it ends."""

    def say(self, text: str) -> None:
        # One write: lines of two threads do not mix.
        print(f"{text}\n", end="", flush=True)

    def begin(self, label: str, expected: str = "") -> Task:
        self.say(f"{label} …{f' ({expected})' if expected else ''}")
        return _PlainTask(self)


class _PlainTask:
    def __init__(self, display: PlainDisplay) -> None:
        self._display = display

    def show(self, done: float, total: float | None, detail: str) -> None:
        """Nothing: there is no line to change."""

    def end(self, outcome: str) -> None:
        self._display.say(outcome)


class LiveDisplay:
    """A terminal's: what is under way stays at the bottom and moves."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def say(self, text: str) -> None:
        self._progress.console.print(Text(text), soft_wrap=True)

    def begin(self, label: str, expected: str = "") -> Task:
        return _LiveTask(self, self._progress, self._progress.add_task(label, total=None, detail=expected))


class _LiveTask:
    def __init__(self, display: LiveDisplay, progress: Progress, task: TaskID) -> None:
        self._display = display
        self._progress = progress
        self._task = task

    def show(self, done: float, total: float | None, detail: str) -> None:
        self._progress.update(self._task, completed=done, total=total, detail=detail)

    def end(self, outcome: str) -> None:
        self._progress.remove_task(self._task)
        self._display.say(outcome)


@contextlib.contextmanager
def open_display(console: Console | None = None) -> Iterator[Display]:
    """Yield a live display on a terminal, and a plain one elsewhere."""
    console = console or Console()
    # Not Console.is_terminal: colours that are forced, as CI does, make no terminal.
    if not console.file.isatty():
        yield PlainDisplay()
        return
    columns = (
        TextColumn("{task.description}", markup=False, table_column=Column(max_width=36, no_wrap=True)),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[detail]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield LiveDisplay(progress)


def duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m {rest:02d}s" if minutes else f"{rest}s"


class Clock:
    """The time since it was made."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def __str__(self) -> str:
        return duration(self.seconds)


def transferred(done: int, total: int | None, seconds: float) -> str:
    """Say how many bytes came, of how many, and how fast."""
    of = f"/{decimal(total)}" if total else ""
    speed = f" {decimal(int(done / seconds))}/s" if seconds >= 1 else ""
    return f"{decimal(done)}{of}{speed}"
