"""One run of a whole process, and rounds of several in turn.

No known harness does what this needs, so it is our own, and small: a machine that is slower for a minute has
to slow all contenders, so they take turns, A B A B, on groups of their own each round, with work between the
rounds that is not timed. hyperfine runs all rounds of one command and then those of the next, and has only
commands of a shell between them (https://github.com/sharkdp/hyperfine/issues/21). pyperf too runs one
benchmark to its end before the next, calibrates by running it again, which a create cannot be, and `pyperf
command` has no step between two runs (https://pyperf.readthedocs.io/en/latest/cli.html#pyperf-command).
Neither tells when a command says its first line, nor what all its processes hold in memory together. What is
charged to a command is the kernel's own account, by wait4, as with both.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil

from .errors import BenchError
from .waiting import wait_for_rest

LAUNCHER = Path(__file__).with_name("launch.py")
#: No command of the bench takes nearly as long; one that does hangs.
LONGEST_SECONDS = 900.0
#: An interrupted engine ends after the step it is at.
PATIENCE_SECONDS = 20.0
SAMPLE_SECONDS = 0.25
LAST_LINES = 15


@dataclass(frozen=True)
class Command:
    """What is run, in which environment, and where. code: the exit code that it has to end with."""

    arguments: Sequence[str]
    environ: Mapping[str, str]
    folder: Path
    code: int = 0


@dataclass(frozen=True)
class Run:
    """One run. Seconds; bytes of the largest single process, which may be one of its children.

    together: the most memory that it and its children held at one moment, shared pages counted once;
    0 where nobody looked. own: the most that the command's own process held, likewise.
    first: until the first line on standard error, where progress is told; 0 for none.
    """

    wall: float
    cpu: float
    peak: int
    stdout: str = ""
    together: int = 0
    own: int = 0
    first: float = 0.0


def run(command: Command, *, watched: bool = False) -> Run:
    """Run a command to its end; raises BenchError where it ends otherwise than it has to.

    watched: also look at the memory of all its processes while it runs, which costs some time.
    """
    with tempfile.TemporaryDirectory(dir=command.folder) as scratch:
        report = Path(scratch) / "report.json"
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(LAUNCHER), str(report), *command.arguments],
            env=dict(command.environ),
            cwd=command.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        with _memory(process.pid) if watched else contextlib.nullcontext(Memory()) as memory:
            stdout, stderr = _outcome(process, command)
        if not report.exists():
            raise BenchError(f"{shlex.join(command.arguments)} could not be started\n{_indented(stderr)}")
        figures = json.loads(report.read_text())
    if figures["code"] != command.code:
        said = _indented(stderr or stdout)
        raise BenchError(f"{shlex.join(command.arguments)} ended with {figures['code']}\n{said}")
    cpu = figures["user"] + figures["system"]
    peak, first = figures["peak"] * 1024, figures["first"]
    return Run(figures["wall"], cpu, peak, stdout, memory.together, memory.own, first)


def _outcome(process: subprocess.Popen[str], command: Command) -> tuple[str, str]:
    try:
        return process.communicate(timeout=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        _end(process)
        raise BenchError(f"{shlex.join(command.arguments)} hangs") from None
    except BaseException:
        _end(process)
        raise


def _end(process: subprocess.Popen[str]) -> None:
    """End a command of ours: kindly, then for good."""
    for number, seconds in ((signal.SIGTERM, PATIENCE_SECONDS), (signal.SIGKILL, None)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=seconds)
            return


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines()[-LAST_LINES:])


class Memory:
    """The most memory seen so far, in bytes."""

    def __init__(self) -> None:
        self.own = 0
        self.together = 0

    def look(self, launcher: int) -> None:
        """Look at the command below a launcher; what has just ended counts as nothing."""
        with contextlib.suppress(psutil.Error):
            for command in psutil.Process(launcher).children():
                own = _size(command)
                self.own = max(self.own, own)
                self.together = max(self.together, own + sum(map(_size, command.children(recursive=True))))


def _size(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0


@contextlib.contextmanager
def _memory(launcher: int) -> Iterator[Memory]:
    memory, ended = Memory(), threading.Event()

    def look() -> None:
        while not ended.wait(SAMPLE_SECONDS):
            memory.look(launcher)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield memory
    finally:
        ended.set()
        thread.join()


Key = TypeVar("Key")


def in_turn(
    contenders: Mapping[Key, Callable[[int], Command]], rounds: Iterable[int], *, rested: bool = True
) -> dict[Key, list[Run]]:
    """Return the runs of each contender, A B A B: what slows the machine for a while slows all.

    Each is called with the number of the round; one with the number 0 warms up and does not count.
    rested: each begins when the machine has come to rest after the one before.
    """
    found: dict[Key, list[Run]] = {name: [] for name in contenders}
    for number in rounds:
        for name, command in contenders.items():
            made = command(number)
            if rested:
                wait_for_rest()
            done = run(made)
            if number:
                found[name].append(done)
    return found
