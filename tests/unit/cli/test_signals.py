"""How a command ends when it is asked to from outside."""

from __future__ import annotations

import signal
import subprocess
import sys

import click
import pytest

from scaling_group.cli import main
from scaling_group.errors import Interrupted

#: `main` around a verb that says that it is at work, and waits.
WAITS = """
import sys
from scaling_group.cli import main
def run(arguments):
    try:
        print("at work", flush=True)
        sys.stdin.read()
    except KeyboardInterrupt:
        print("asked to stop", flush=True)
        return 130
    return 0
main.run = run
main.main([])
"""


@pytest.fixture(autouse=True)
def heeded():
    """Whoever has started the tests with nohup has the end of the terminal ignored by all that they start."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def start(*before: str) -> subprocess.Popen[str]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen([*before, sys.executable, "-c", WAITS], text=True, **pipes)
    assert process.stdout.readline() == "at work\n"
    return process


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_in_order_at_each_signal_that_asks_for_it(asked):
    process = start()
    process.send_signal(asked)

    assert process.communicate() == ("asked to stop\n", "")
    assert process.returncode == 130


def test_with_nohup_it_goes_on_when_its_terminal_is_gone():
    process = start("nohup")
    process.send_signal(signal.SIGHUP)

    out, _ = process.communicate("")
    assert (out, process.returncode) == ("", 0)


@pytest.mark.parametrize("late", [KeyboardInterrupt, click.Abort])
def test_a_signal_behind_an_interruption_does_not_hide_what_that_says(monkeypatch, capsys, late):
    def interrupted(*_arguments: object, **_options: object):
        try:
            raise Interrupted("interrupted: the engine stopped", detail="Revision 2 of web is applied.")
        finally:
            raise late

    monkeypatch.setattr(main.cli, "main", interrupted)

    assert main.run(["update", "web"]) == 130
    assert "Revision 2 of web is applied." in capsys.readouterr().err


#: `main` around a verb that leaves a thread at work, as the engine's SDK does with its gRPC server.
LEAVES_A_THREAD = """
import threading
from concurrent.futures import ThreadPoolExecutor
from scaling_group.cli import main
def serve():
    with ThreadPoolExecutor(1) as pool:
        while True:
            pool.submit(len, ())
def run(arguments):
    threading.Thread(target=serve).start()
    return 130
main.run = run
main.main([])
"""


def test_a_thread_that_fails_when_the_interpreter_ends_says_nothing():
    done = subprocess.run(
        [sys.executable, "-c", LEAVES_A_THREAD], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 130)
