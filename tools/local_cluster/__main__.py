"""Command line: python -m tools.local_cluster up | down [--wipe] | status [--dir .local]."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from pathlib import Path

from tools.toolchain.build import cache_folder, toolchain_key

from .cluster import LocalCluster
from .errors import ClusterError
from .ports import LOOPBACK
from .settings import DOMAIN, ENVIRONMENT


def main() -> int:
    """Return 0 for success, 1 for an error or (status) something not running, 130 for Ctrl-C."""
    options = _parser().parse_args()
    directory = Path(options.dir)
    cluster = LocalCluster(directory, cache_folder() / toolchain_key(), report=_say)
    try:
        if options.verb == "up":
            return _up(cluster, directory)
        if options.verb == "down":
            cluster.down(wipe=options.wipe)
            return 0
        return _status(cluster)
    except (ClusterError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; `up` goes on from here, `down` stops everything", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--dir", default=".local", help="the cluster's directory (.local)")
    parser = argparse.ArgumentParser(prog="python -m tools.local_cluster", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("up", parents=[common], help="start what does not run and wait for it")
    down = verbs.add_parser("down", parents=[common], help="stop every process, keep the data")
    down.add_argument("--wipe", action="store_true", help="remove the directory as well")
    verbs.add_parser("status", parents=[common], help="show the processes and the addresses")
    return parser


def _up(cluster: LocalCluster, directory: Path) -> int:
    started = time.monotonic()
    cluster.up()
    seconds = time.monotonic() - started
    port, ca = cluster.gateway_port, shlex.quote(str(directory / cluster.gateway_ca.name))
    _say(
        f"local cluster ready in {seconds:.1f} s\n"
        f"  use it:  . {shlex.quote(str(directory / 'env'))}\n"
        f"  gateway: https://{LOOPBACK}:{port}, for https://{ENVIRONMENT}-NAME.{DOMAIN}/\n"
        f"  request: curl --cacert {ca} --connect-to ::{LOOPBACK}:{port} "
        f"https://{ENVIRONMENT}-NAME.{DOMAIN}/"
    )
    return 0


def _status(cluster: LocalCluster) -> int:
    status = cluster.status()
    for process in status.processes:
        _say(f"{process.name:<24} {process.pid or '-':>8} {process.state}")
    _say(f"API      {status.api or '-'}")
    _say(f"gateway  {status.gateway or '-'}")
    return 0 if status.running else 1


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
