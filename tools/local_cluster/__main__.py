"""Command line: python -m tools.local_cluster up | down [--wipe] | status [--dir .local]."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools.toolchain.choosing import choice_of
from tools.toolchain.display import open_display
from tools.toolchain.errors import ToolchainError, UsageError
from tools.toolchain.folder import cache_folder, toolchain_folder
from tools.toolchain.making import Making, Settings
from tools.toolchain.manifest import read_manifest, summary
from tools.toolchain.platforms import this_platform
from tools.toolchain.running import interrupted_by_sigterm

from .cluster import LocalCluster
from .errors import ClusterError
from .ports import LOOPBACK
from .settings import DOMAIN, ENVIRONMENT


def main() -> int:
    """Return 0 for success, 1 for an error or (status) something not running, 2 for a wrong setting."""
    options = _parser().parse_args()
    directory = Path(options.dir)
    try:
        if options.verb == "up":
            with interrupted_by_sigterm():
                _up(directory)
            return 0
        cluster = LocalCluster(directory, toolchain_folder(), report=_say)
        if options.verb == "down":
            cluster.down(wipe=options.wipe)
            return 0
        return _status(cluster)
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except (ClusterError, ToolchainError, OSError) as error:
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


def _up(directory: Path) -> None:
    """Start the cluster, as soon as its programs are there; the engine's may come meanwhile."""
    settings = Settings(cache_folder(), choice_of(os.environ), this_platform())
    if settings.satisfied():
        _start(directory, settings.folder, _say)
        return
    with open_display() as display, Making(settings, display) as making:
        making.wait_for_cluster()
        try:
            _start(directory, settings.folder, display.say)
        except ClusterError:
            # Two things went wrong, and the first is the cause of nothing in the second.
            if making.failure is not None:
                display.say(f"error: {making.failure}")
            raise
        making.wait()
    _say(f"toolchain ready: {summary(read_manifest(settings.folder))}")


def _start(directory: Path, toolchain: Path, say: Callable[[str], None]) -> None:
    started = time.monotonic()
    cluster = LocalCluster(directory, toolchain, report=say)
    cluster.up()
    seconds = time.monotonic() - started
    port, ca = cluster.gateway_port, shlex.quote(str(directory / cluster.gateway_ca.name))
    say(
        f"local cluster ready in {seconds:.1f} s\n"
        f"  use it:  . {shlex.quote(str(directory / 'env'))}\n"
        f"  gateway: https://{LOOPBACK}:{port}, for https://{ENVIRONMENT}-NAME.{DOMAIN}/\n"
        f"  request: curl --cacert {ca} --connect-to ::{LOOPBACK}:{port} "
        f"https://{ENVIRONMENT}-NAME.{DOMAIN}/\n"
        "  answer:  502 Bad Gateway, because pods are simulated and take no connection; those of "
        "`make real` answer"
    )


def _status(cluster: LocalCluster) -> int:
    status = cluster.status()
    for process in status.processes:
        _say(f"{process.name:<24} {process.pid or '-':>8} {process.state}")
    _say(f"API      {status.api or '-'}")
    _say(f"gateway  {status.gateway or '-'}")
    _say(f"programs {summary(read_manifest(cluster.toolchain))}")
    return 0 if status.running else 1


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
