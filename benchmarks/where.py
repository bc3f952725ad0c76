"""Where the time of a command goes: its imports, and its own work by library."""

from __future__ import annotations

import pstats
import re
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import BenchError
from .place import Shell

_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")
_MAIN = "from scaling_group.cli.main import run; code = run({!r})"
_ENDS = "\nraise SystemExit(code)"
ROWS = 14
_PACKAGES = sysconfig.get_paths()["purelib"]


@dataclass(frozen=True)
class Where:
    """Milliseconds by library, the most first; for imports also how many modules of each."""

    shares: Sequence[tuple[str, float, int]]

    @property
    def total(self) -> float:
        return sum(milliseconds for _, milliseconds, _ in self.shares)


def imports(shell: Shell, arguments: Sequence[str]) -> Where:
    """Return what a command imports, by the first part of the modules' names."""
    answer = _python(shell, "-X", "importtime", "-c", _MAIN.format(list(arguments)) + _ENDS)
    spent: dict[str, tuple[float, int]] = {}
    for microseconds, module in _IMPORT.findall(answer.stderr):
        library = _library(module.partition(".")[0])
        milliseconds, count = spent.get(library, (0.0, 0))
        spent[library] = milliseconds + int(microseconds) / 1000, count + 1
    return Where(_sorted(spent))


def profile(shell: Shell, arguments: Sequence[str]) -> Where:
    """Return where the time of a command goes, imports too, as the profiler of Python sees it.

    The profiler slows calls down: shares count, not sums.
    """
    file = shell.folder / "profile"
    code = f"import cProfile; cProfile.run({_MAIN.format(list(arguments))!r}, {str(file)!r})"
    _python(shell, "-c", code + _ENDS)
    spent: dict[str, tuple[float, int]] = {}
    statistics = pstats.Stats(str(file)).stats  # type: ignore[attr-defined]
    for (path, _, function), (_, calls, own, _, _) in statistics.items():
        key = _owner(path, function)
        milliseconds, count = spent.get(key, (0.0, 0))
        spent[key] = milliseconds + own * 1000, count + calls
    return Where(_sorted(spent))


def _python(shell: Shell, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, *arguments],
        env=shell.environ,
        cwd=shell.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"the profile of {arguments[-1]} failed\n{done.stderr[-2000:]}")
    return done


def _sorted(spent: dict[str, tuple[float, int]]) -> list[tuple[str, float, int]]:
    return sorted(((key, *amounts) for key, amounts in spent.items()), key=lambda row: -row[1])


def _library(module: str) -> str:
    name = module.removeprefix("_")
    return "standard library" if {module, name} & sys.stdlib_module_names else module


def _owner(path: str, function: str) -> str:
    """Return the library of a function; of a built-in one its name, for it may be what waits."""
    if path == "~":
        return function.strip("<>").removeprefix("built-in method ").removeprefix("method ")
    if path.startswith(_PACKAGES):
        return Path(path).relative_to(_PACKAGES).parts[0].removesuffix(".py")
    return "scaling_group" if "scaling_group" in path else "standard library"
