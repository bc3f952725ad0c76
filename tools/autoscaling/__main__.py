"""Command line: python -m tools.autoscaling makes the servers of metrics and the kinds of KEDA, once.

With the folder of a local cluster that is up it also starts the servers there.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.local_cluster.cluster import LocalCluster
from tools.local_cluster.errors import ClusterError
from tools.toolchain.display import open_display
from tools.toolchain.errors import ToolchainError
from tools.toolchain.folder import cache_folder, toolchain_folder
from tools.toolchain.running import interrupted_by_sigterm

from .building import REPEAT, ensure_autoscaling


def main() -> int:
    """Return 0 for success, 1 for an error, 130 for Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tools.autoscaling", description=__doc__)
    parser.add_argument("directory", nargs="?", type=Path, help="the folder of a local cluster")
    directory = parser.parse_args().directory
    try:
        with interrupted_by_sigterm(), open_display() as display:
            folder = ensure_autoscaling(cache_folder(), display)
            if directory is not None:
                LocalCluster(directory, toolchain_folder(), display.say).start_metrics(folder)
                display.say("metrics of pods are served: see tools/autoscaling/README.md")
    except (ToolchainError, ClusterError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\ninterrupted. To repeat: {REPEAT}", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
