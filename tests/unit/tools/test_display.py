"""What people see: a live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import io
import os
import pty

import pytest
from rich.console import Console

from tools.toolchain.display import PlainDisplay, duration, open_display, transferred


@pytest.fixture
def terminal():
    """A terminal's two ends: where it is written to, and a call that reads until a text came."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as written:
        shown = ""

        def wait_for(text: str) -> None:
            nonlocal shown
            while text not in shown:
                shown += os.read(ours, 100_000).decode()

        yield written, wait_for
    os.close(ours)


def test_off_a_terminal_a_task_has_one_line_at_each_end(capsys):
    with open_display() as display:
        task = display.begin("building etcd", "about 1m 00s")
        task.show(0.5, 1.0, "30s, about 30s left")
        display.say("meanwhile")
        task.end("built in 1m 00s")
    assert capsys.readouterr().out == "building etcd … (about 1m 00s)\nmeanwhile\nbuilt in 1m 00s\n"


def test_colours_that_are_forced_make_no_terminal(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with open_display(Console(file=io.StringIO())) as display:
        assert isinstance(display, PlainDisplay)


def test_on_a_terminal_what_is_under_way_moves_and_what_ended_stays(terminal):
    written, wait_for = terminal
    with open_display(Console(file=written, width=100)) as display:
        task = display.begin("building [etcd]")
        wait_for("building [etcd]")
        task.show(0.5, 1.0, "30s, about 30s left")
        wait_for("30s, about 30s left")
        display.say("a line with [brackets]")
        task.end("built in 1m 00s")
    wait_for("a line with [brackets]")
    wait_for("built in 1m 00s")


@pytest.mark.parametrize(
    ("done", "total", "seconds", "text"),
    [
        (1_500_000, 3_000_000, 2.0, "1.5 MB/3.0 MB 750.0 kB/s"),
        (1_500_000, None, 2.0, "1.5 MB 750.0 kB/s"),
        (10, 20, 0.1, "10 bytes/20 bytes"),
    ],
)
def test_bytes_are_told_with_their_speed_once_it_is_known(done, total, seconds, text):
    assert transferred(done, total, seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (0.9, "0s"), (59.9, "59s"), (60, "1m 00s"), (61.5, "1m 01s"), (3725, "62m 05s")],
)
def test_durations(seconds, text):
    assert duration(seconds) == text
