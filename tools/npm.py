"""Packages of npm that proofs need, exactly those of a lock file in the repository."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

from tools.toolchain.errors import ToolchainError
from tools.toolchain.running import run

#: What names the packages, and what locks them.
FILES = ("package.json", "package-lock.json")


def install_packages(source: Path, folder: Path, stop: threading.Event, repeat: str) -> None:
    """Install the packages of `source` into a folder; raises ToolchainError where that cannot be done."""
    npm = shutil.which("npm")
    if npm is None:
        raise ToolchainError("there is no npm on PATH; install Node.js 20 or newer, which has it")
    for name in FILES:
        shutil.copyfile(source / name, folder / name)
    print(f"installing the packages of tools/{source.name}/package-lock.json")
    # Scripts of packages are not needed, and not run.
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    run("npm ci", command, folder, os.environ, stop, repeat=repeat)
