"""Command line: python -m tools.typescript FOLDER fills a folder for the tests of tests/typescript."""

from __future__ import annotations

import argparse
import shutil
import sys
import threading
from pathlib import Path

from tools.npm import install_packages
from tools.toolchain.errors import ToolchainError
from tools.toolchain.files import finished_or_absent
from tools.toolchain.folder import HERE as TOOLCHAIN
from tools.toolchain.folder import cache_folder
from tools.toolchain.go import find_go, go_environment
from tools.toolchain.recipes import BUILDS
from tools.toolchain.running import interrupted_by_sigterm, run

HERE = Path(__file__).parent
REPEAT = "make typescript"
#: The module that pins the engine, and with it what writes SDKs.
ENGINE = BUILDS[0]


def main() -> int:
    """Return 0 for success, 1 for an error, 130 for Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tools.typescript", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder.absolute()
    try:
        with interrupted_by_sigterm():
            if not folder.exists():
                with finished_or_absent(folder) as unfinished:
                    _fill(unfinished)
    except ToolchainError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\ninterrupted. To repeat: {REPEAT}", file=sys.stderr)
        return 130
    return 0


def _fill(folder: Path) -> None:
    stop = threading.Event()
    folder.mkdir()
    install_packages(HERE, folder, stop, REPEAT)
    print("building the program that writes SDKs (about four minutes on 2 cores)")
    _build(folder, stop)


def _build(folder: Path, stop: threading.Event) -> None:
    module = folder / "module"
    module.mkdir()
    for name in ("go.mod", "go.sum"):
        shutil.copyfile(TOOLCHAIN / ENGINE.module / name, module / name)
    shutil.copytree(HERE / "sdk", module / "sdk")
    go = find_go(cache_folder(), stop)
    command = [go, "build", "-tags", ",".join(ENGINE.tags), "-o", str(folder / "write-sdk"), "./sdk"]
    run("building the program that writes SDKs", command, module, go_environment(), stop, repeat=REPEAT)
    shutil.rmtree(module)


if __name__ == "__main__":
    sys.exit(main())
