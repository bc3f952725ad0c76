"""The trial of a machine, in namespaces of its own: what the node's first process does, and a bridge."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.local_cluster.errors import ClusterError

from .inside import make_private_places
from .network import add_bridge, bring_up


def main() -> int:
    """Say what is refused, if anything is."""
    try:
        make_private_places(Path(sys.argv[1]))
        bring_up()
        add_bridge("trial0")
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"a bridge and addresses are refused: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
