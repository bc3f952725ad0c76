"""Commands that end when we are told to stop."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from .errors import REPEAT, Stopped, ToolchainError

#: Lines of output worth showing: the error is at the end, what was compiled is above.
LAST_LINES = 15
POLL_SECONDS = 0.2
END_SECONDS = 5.0


def run(
    label: str,
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    stop: threading.Event,
    line_came: Callable[[str], bool] = lambda _: False,
    ticked: Callable[[], None] = lambda: None,
    repeat: str = REPEAT,
) -> None:
    """Run a command to its end.

    Args:
        label: what it does, for the error.
        line_came: told each line of its output; returns whether that was progress and no message.
        ticked: called a few times a second while it runs.
        repeat: what people type to try again, for the error.

    Raises:
        ToolchainError: it failed; with the last lines that were messages.
        Stopped: `stop` was set; the command and its children have ended.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        # A group of its own: it ends with its children, and only when we say so.
        start_new_session=True,
    )
    messages: list[str] = []
    reader = threading.Thread(target=_read, args=(process, messages, line_came), daemon=True)
    reader.start()
    try:
        code = _wait(process, stop, ticked)
    except BaseException:
        _end(process)
        raise
    reader.join()
    if code:
        raise _failure(label, messages, repeat)


def _read(process: subprocess.Popen[str], messages: list[str], line_came: Callable[[str], bool]) -> None:
    if process.stdout is None:
        return
    with process.stdout as lines:
        for line in lines:
            text = line.rstrip()
            if not line_came(text):
                messages.append(text)
                del messages[:-LAST_LINES]


def _wait(process: subprocess.Popen[str], stop: threading.Event, ticked: Callable[[], None]) -> int:
    while True:
        try:
            return process.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            if stop.is_set():
                raise Stopped from None
            ticked()


def _end(process: subprocess.Popen[str]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)


def _failure(label: str, messages: Sequence[str], repeat: str) -> ToolchainError:
    tail = "\n".join(f"  {line}" for line in messages)
    advice = ""
    if any("no space left on device" in line for line in messages):
        advice = "Free 6 GB on the disk that it names (GOCACHE and TMPDIR move what Go writes).\n"
    return ToolchainError(f"{label} failed; the last lines were:\n{tail}\n{advice}To repeat: {repeat}")


@contextlib.contextmanager
def interrupted_by_sigterm() -> Iterator[None]:
    """Let SIGTERM do what Ctrl-C does: children end with us."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
