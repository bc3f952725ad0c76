"""Whole commands without their start: a process that has loaded the package, and a fork of it for each.

A fork is a process as a user's own, with its environment, folder, signals and exit code; all that it
lacks is what Python and its imports take, half of a command's time. Tests of how a command starts or is
killed run the real one.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NoReturn

#: A request: one byte, and what the process reads, writes and tells its end on.
ASKED = b"?"


class Commands:
    """Runs scaling-group; may be asked by several threads."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._ours, theirs = socket.socketpair()
        with theirs:
            self._server = subprocess.Popen(
                # -P: what lies beside this file is not what the package imports.
                [sys.executable, "-P", __file__, str(theirs.fileno())],
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def close(self) -> None:
        self._ours.close()
        self._server.wait()

    def run(
        self, arguments: Sequence[str], environ: Mapping[str, str], folder: Path, stdin: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; without a descriptor to read from, there is nothing to read."""
        with contextlib.ExitStack() as open_:
            nothing = open_.enter_context(Path(os.devnull).open())
            out, error = (open_.enter_context(tempfile.TemporaryFile("w+")) for _ in range(2))
            streams = (nothing.fileno() if stdin is None else stdin, out.fileno(), error.fileno())
            ended = self.ended(arguments, environ, folder, streams)
            return subprocess.CompletedProcess(list(arguments), ended, _whole(out), _whole(error))

    def ended(
        self, arguments: Sequence[str], environ: Mapping[str, str], folder: Path, streams: Sequence[int]
    ) -> int:
        """Run a command with these three streams; return how it has ended, a signal as a negative number."""
        asked = {"arguments": list(arguments), "environ": dict(environ), "folder": str(folder)}
        told, telling = os.pipe()
        with tempfile.TemporaryFile("w+") as request:
            json.dump(asked, request)
            request.seek(0)
            try:
                socket.send_fds(self._ours, [ASKED], [request.fileno(), *streams, telling])
            finally:
                os.close(telling)
        with os.fdopen(told) as answer:
            return int(answer.read())


def _whole(file: IO[str]) -> str:
    file.seek(0)
    return file.read()


def serve(asking: socket.socket) -> list[str]:
    """Fork for each request until nobody asks any more; in a fork, return the arguments of its command."""
    # Nobody waits for the forks that wait for commands.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        said, given, _, _ = socket.recv_fds(asking, len(ASKED), 5)
        if not said:
            sys.exit()
        if os.fork() == 0:
            asking.close()
            return _command(*given)
        for number in given:
            os.close(number)


def _command(request: int, stdin: int, out: int, error: int, telling: int) -> list[str]:
    """Fork once more: one tells how the other has ended, which returns to run the command."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if number := os.fork():
        _, status = os.waitpid(number, 0)
        os.write(telling, str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    os.close(telling)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with os.fdopen(request) as file:
        asked: dict[str, Any] = json.load(file)
    for given, number in ((stdin, 0), (out, 1), (error, 2)):
        os.dup2(given, number)
        os.close(given)
    # As Python opens them at a start: what they are, a file or a terminal, is looked at once.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(asked["environ"])
    os.chdir(asked["folder"])
    arguments: list[str] = asked["arguments"]
    return arguments


def load() -> None:
    """Import the whole package."""
    package = importlib.import_module("scaling_group")
    for module in pkgutil.walk_packages(package.__path__, "scaling_group."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    # A look for garbage in a fork would copy all of it.
    gc.freeze()


def end(code: int) -> NoReturn:
    """End as the interpreter does, but for taking what is loaded apart: that would copy all of it, which was
    three quarters of the processor time of a short command.
    """
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    load()
    sys.argv = ["scaling-group", *serve(socket.socket(fileno=int(sys.argv[1])))]
    try:
        importlib.import_module("scaling_group.cli.main").main()
    except SystemExit as ended:
        end(int(ended.code or 0))
