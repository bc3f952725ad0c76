"""Command line: python -m tools.real_node COMMAND… runs a command beside a real node, and ends the node.

Exit code: the command's; 1 where the node does not start or leaves something behind; 77 where this
machine cannot have one.
"""

from __future__ import annotations

import sys

from tools.local_cluster.errors import ClusterError
from tools.local_cluster.layout import REPOSITORY
from tools.toolchain.display import open_display
from tools.toolchain.errors import ToolchainError
from tools.toolchain.folder import COMPLETE, cache_folder, toolchain_folder
from tools.toolchain.running import interrupted_by_sigterm

from .building import ensure_programs
from .cgroups import Cgroups
from .debian import find_runtime
from .errors import CANNOT_RUN, CannotRun
from .machine import check_machine, check_user
from .means import Means
from .outside import Outside, cgroup_name

DIRECTORY = REPOSITORY / ".real-node"


def main() -> int:
    command = sys.argv[1:]
    if not command or command[0].startswith("-"):
        print(__doc__)
        return 0 if command else 2
    try:
        with interrupted_by_sigterm():
            return _run(command)
    except CannotRun as error:
        print(f"the real node was not tried: {error}", file=sys.stderr)
        return CANNOT_RUN
    except (ClusterError, ToolchainError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; the node has ended", file=sys.stderr)
        return 130


def _run(command: list[str]) -> int:
    # Before anything is written: the lock's file may be in another user's clone.
    check_user()
    cgroups = Cgroups(cgroup_name(DIRECTORY))
    with Outside(DIRECTORY, cgroups) as outside:
        check_machine(cgroups, (REPOSITORY, cache_folder()))
        return outside.run(_means(cgroups), command)


def _means(cgroups: Cgroups) -> Means:
    toolchain = toolchain_folder()
    if not (toolchain / COMPLETE).exists():
        raise ClusterError("the toolchain is not there yet; run `make toolchain` first")
    runtime = find_runtime(cache_folder())
    with open_display() as display:
        programs = ensure_programs(cache_folder(), display)
    return Means(toolchain, programs, runtime, cgroups.name)


if __name__ == "__main__":
    sys.exit(main())
