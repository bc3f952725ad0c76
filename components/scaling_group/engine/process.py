"""One run of the Pulumi CLI in a process group of its own.

Ctrl-C reaches every process of a terminal's foreground group; in its own group the engine hears
of it from us alone: the first time to stop after the current step, the second time at once.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scaling_group.errors import Interrupted

OnLine = Callable[[str], object]

STOPPING = "stopping after the current step; press Ctrl-C again to stop at once"

#: Keep the engine from asking, looking for updates and counting on a terminal.
QUIET = {
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    "PULUMI_AUTOMATION_API": "true",
    # The salt of a passphrase can be taken from the state where a settings file was lost.
    "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true",
}
#: An engine lives for a second: to look for garbage as often as usual costs it and its provider a twentieth
#: of their time, and saves a few megabytes. https://go.dev/doc/gc-guide
SHORT_LIVED = {"GOGC": "400"}


@dataclass(frozen=True)
class Finished:
    """What a run printed and how it ended."""

    code: int
    stdout: str
    stderr: str


class Runs:
    """The runs of the CLI that one command has started, in one thread or in many."""

    def __init__(self) -> None:
        #: Each with the folder that it works in.
        self._processes: dict[subprocess.Popen[str], str] = {}
        # A signal may come while the same thread holds it.
        self._guard = threading.RLock()
        self.interrupted = False

    def interrupt(self) -> None:
        """Ask every run to stop after its step, and the second time at once; no other one begins."""
        with self._guard:
            self.interrupted = True
            for process in self._processes:
                process.send_signal(signal.SIGINT)

    def stop(self, folder: str) -> None:
        """Ask the run in a folder to stop in the same way; it fails, and every other one goes on."""
        with self._guard:
            for process, place in self._processes.items():
                if place == folder:
                    process.send_signal(signal.SIGINT)

    @contextmanager
    def tracked(self, process: subprocess.Popen[str], folder: str) -> Iterator[None]:
        """Hold a process among those that an interrupt reaches."""
        with self._guard:
            self._processes[process] = folder
            if self.interrupted:
                process.send_signal(signal.SIGINT)
        try:
            yield
        finally:
            with self._guard:
                self._processes.pop(process, None)


def run_cli(
    command: str,
    arguments: Sequence[str],
    folder: str,
    variables: Mapping[str, str],
    on_output: OnLine | None = None,
    on_error: OnLine | None = None,
    *,
    runs: Runs | None = None,
    report: OnLine | None = None,
    owned: bool = False,
) -> Finished:
    """Run the CLI to its end; raises Interrupted where Ctrl-C ended it, or had come before.

    report is told once that the run is asked to stop. owned: the folder is a stack's, and the owner of the
    lock that the engine takes is recorded there.
    """
    runs = runs or Runs()
    if runs.interrupted:
        raise Interrupted("interrupted before the engine was started")
    environment = {**SHORT_LIVED, **os.environ, **QUIET, **variables}
    if os.path.isabs(command):
        environment["PATH"] = os.pathsep.join([os.path.dirname(command), environment.get("PATH", "")])
    process = subprocess.Popen(  # noqa: S603 - no shell, and a CLI that was chosen before
        [command, "--non-interactive", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=environment,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    with runs.tracked(process, folder), _owned(folder, process.pid) if owned else nullcontext():
        readers = [_Reader(process.stdout, on_output), _Reader(process.stderr, on_error)]
        _wait(process, runs, report)
    stdout, stderr = (reader.text() for reader in readers)
    if runs.interrupted:
        raise Interrupted("interrupted: the engine stopped after its current step")
    return Finished(process.returncode, stdout, stderr)


def _owned(folder: str, pid: int) -> AbstractContextManager[None]:
    # Looking at processes takes a library, which reads do without.
    from scaling_group.engine.owner import owner_recorded

    return owner_recorded(Path(folder), pid)


def _wait(process: subprocess.Popen[str], runs: Runs, report: OnLine | None) -> None:
    while True:
        try:
            process.wait()
            return
        except KeyboardInterrupt:
            first = not runs.interrupted
            # The CLI itself takes a second interrupt as "stop now".
            runs.interrupt()
            if report and first:
                report(STOPPING)


class _Reader(threading.Thread):
    """Drains a stream, so that the process never waits for us."""

    def __init__(self, stream: IO[str] | None, on_line: OnLine | None) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._on_line = on_line
        self._lines: list[str] = []
        self.start()

    def run(self) -> None:
        for line in self._stream or ():
            stripped = line.rstrip()
            self._lines.append(stripped)
            if self._on_line:
                self._on_line(stripped)

    def text(self) -> str:
        # A provider that outlives the engine keeps the pipe open; what was said is here by then.
        self.join(timeout=2)
        return "\n".join(self._lines)
