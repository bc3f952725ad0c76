"""Command line: python -m tools.kubernetes MINOR… builds the control planes of these versions, once each."""

from __future__ import annotations

import argparse
import sys

from tools.toolchain.display import open_display
from tools.toolchain.errors import ToolchainError
from tools.toolchain.folder import cache_folder
from tools.toolchain.running import interrupted_by_sigterm

from .building import REPEAT, ensure_kubernetes
from .releases import releases


def main() -> int:
    """Return 0 for success, 1 for an error, 130 for Ctrl-C."""
    known = releases()
    parser = argparse.ArgumentParser(prog="python -m tools.kubernetes", description=__doc__)
    parser.add_argument("minor", nargs="+", choices=known)
    wanted = parser.parse_args().minor
    try:
        with interrupted_by_sigterm(), open_display() as display:
            for minor in wanted:
                folder = ensure_kubernetes(known[minor], cache_folder(), display)
                display.say(f"Kubernetes {known[minor].version} is in {folder}")
    except ToolchainError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\ninterrupted. To repeat: {REPEAT}", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
