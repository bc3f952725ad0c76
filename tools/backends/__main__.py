"""Command line: python -m tools.backends makes the servers that the long proofs keep state in, once."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from filelock import FileLock

from tools.npm import install_packages
from tools.toolchain.errors import ToolchainError
from tools.toolchain.files import finished_or_absent
from tools.toolchain.folder import cache_folder
from tools.toolchain.go import find_go, go_environment
from tools.toolchain.recipes import FLAGS, STRIP
from tools.toolchain.running import interrupted_by_sigterm, run

from .place import HERE, S3_MODULE, backends_folder, s3_server

REPEAT = "make backends"


def main() -> int:
    """Return 0 for success, 1 for an error, 130 for Ctrl-C."""
    folder = backends_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with interrupted_by_sigterm(), FileLock(folder.parent / "backends.lock"):
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
    print("building the server of S3 (about two minutes on 2 cores)")
    go = find_go(cache_folder(), stop)
    made = s3_server(folder)
    command = [go, "build", *FLAGS, "-ldflags", " ".join(STRIP), "-o", str(made), S3_MODULE]
    run("building the server of S3", command, HERE, go_environment(), stop, repeat=REPEAT)


if __name__ == "__main__":
    sys.exit(main())
