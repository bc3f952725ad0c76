"""Command line: python -m tools.toolchain [--path | --version]; TOOLCHAIN=auto|download|build."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from .choosing import choice_of
from .display import Clock, open_display
from .errors import REPEAT, ToolchainError, UsageError
from .folder import cache_folder, toolchain_folder
from .making import Making, Settings
from .manifest import read_manifest, summary
from .pins import PROGRAMS
from .platforms import this_platform
from .running import interrupted_by_sigterm


def main() -> int:
    """Return 0 for success, 1 for an error, 2 for a wrong setting, 130 for Ctrl-C."""
    options = _parser().parse_args()
    if options.path:
        print(toolchain_folder())
        return 0
    if options.version:
        print(_versions(toolchain_folder()))
        return 0
    try:
        with interrupted_by_sigterm():
            _make(Settings(cache_folder(), choice_of(os.environ), this_platform()))
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except ToolchainError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\ninterrupted; what is complete stays. To go on: {REPEAT}", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.toolchain", description=__doc__)
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--path", action="store_true", help="print the folder, make nothing")
    only.add_argument("--version", action="store_true", help="print each program's version and its way here")
    return parser


def _make(settings: Settings) -> None:
    if settings.satisfied():
        return
    clock = Clock()
    with open_display() as display, Making(settings, display) as making:
        making.wait()
    print(f"toolchain ready in {clock}: {summary(read_manifest(settings.folder))}")


def _versions(folder: Path) -> str:
    """Return a row for each program: name, version, built or downloaded or missing."""
    entries = read_manifest(folder)
    rows = []
    for program in PROGRAMS:
        entry = entries.get(program.name)
        version, how = (entry.version, entry.how.value) if entry else (program.version, "missing")
        rows.append(f"{program.name:<28}{version:<10}{how}")
    return "\n".join([*rows, str(folder)])


if __name__ == "__main__":
    sys.exit(main())
