"""Lines of logs: text on a terminal, the very bytes in a pipe."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from scaling_group.cli.logs import _print
from scaling_group.operations.log_following import LogLine

TIME = datetime(2026, 1, 1, tzinfo=UTC)
LINES = [
    LogLine(TIME, "web-1", "\x1b]0;owned\x07\x1b[32mready\x1b[0m\t100%\r"),
    LogLine(TIME, "web-1", "::add-mask::a"),
]


def _read_all(terminal: int) -> str:
    """Return what a terminal was sent whose other side is closed."""
    sent = b""
    with suppress(OSError):
        while part := os.read(terminal, 65536):
            sent += part
    os.close(terminal)
    return sent.decode()


@pytest.fixture
def on_terminal(monkeypatch) -> Callable[[Callable[[], None]], str]:
    """Run something whose standard output is a terminal, and return what the terminal was sent."""

    def run(action: Callable[[], None]) -> str:
        ours, theirs = os.openpty()
        terminal = open(theirs, "w", encoding="utf-8", newline="")  # noqa: SIM115
        with terminal, monkeypatch.context() as patch:
            patch.setattr("sys.stdout", terminal)
            action()
        return _read_all(ours).replace("\r\n", "\n")

    return run


def test_a_pipe_gets_lines_as_they_were_written(capfdbinary):
    _print(iter(LINES), named=False)

    assert capfdbinary.readouterr().out == (b"\x1b]0;owned\x07\x1b[32mready\x1b[0m\t100%\r\n::add-mask::a\n")


def test_a_pipe_gets_the_names_of_pods_without_colour(capfdbinary):
    _print(iter(LINES[1:]), named=True)

    assert capfdbinary.readouterr().out == b"web-1 | ::add-mask::a\n"


def test_a_terminal_gets_text_alone(on_terminal):
    assert on_terminal(lambda: _print(iter(LINES), named=False)) == (
        "\\x1b]0;owned\\x07\\x1b[32mready\\x1b[0m\t100%\\r\n\\::add-mask::a\n"
    )


def test_on_a_terminal_only_the_name_of_the_pod_is_coloured(on_terminal):
    sent = on_terminal(lambda: _print(iter(LINES[:1]), named=True))

    assert sent == "\x1b[36mweb-1 | \x1b[0m\\x1b]0;owned\\x07\\x1b[32mready\\x1b[0m\t100%\\r\n"
