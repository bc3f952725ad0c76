"""One environment with very many groups, each command once: python -m benchmarks.large [--groups N].

Made to find what breaks first, and not to compare: it prints a table and writes no file. 10,000 groups take
eight minutes, most of it to seed them, and 8 GiB of memory.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Iterator

import psutil

from tools.local_cluster.api import ApiError
from tools.local_cluster.errors import ClusterError

from .__main__ import reporter, terminated
from .contenders import Kubectl, Ours
from .errors import BenchError
from .measure import Command, run
from .place import Place, Report, Shell, open_place
from .seed import name_of, seed_copies, seed_first

MIB = 2**20
SERVERS = ("etcd", "kube-apiserver", "kube-controller-manager")


def main() -> int:
    """Return 0 when every command succeeded, 1 where one breaks."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large", description=__doc__)
    parser.add_argument("--groups", type=int, default=10_000, help="how many there are")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, terminated)
    report = reporter()
    try:
        with open_place(report) as place:
            for line in _found(place, options.groups, report):
                print(line, flush=True)
    except (BenchError, ClusterError, ApiError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _found(place: Place, groups: int, report: Report) -> Iterator[str]:
    shell = place.shell("large")
    seed_first(place, shell)
    # It works through all routes at each new one.
    place.stop_gateway()
    report(f"seeding {groups} groups")
    started = time.monotonic()
    seed_copies(place, shell, groups)
    yield f"seeded {groups} groups in {time.monotonic() - started:.0f} s"
    yield "| Command | time | largest process | all processes at once |"
    yield "|---|---|---|---|"
    for title, command in _commands(shell, groups).items():
        report(title)
        done = run(command, watched=True)
        yield f"| `{title}` | {done.wall:.2f} s | {_mib(done.peak)} | {_mib(done.together)} |"
    yield from _servers(place)


def _commands(shell: Shell, groups: int) -> dict[str, Command]:
    ours = Ours(shell)
    return {
        "list": ours("list"),
        "list -o json": ours("list", "-o", "json"),
        "kubectl get deployments": Kubectl(shell)("get", "deployments"),
        "get": ours("get", name_of(groups)),
        "create --no-wait": ours.create("one-more", "--replicas=0"),
        "update --no-wait": ours.update("one-more"),
        "delete --no-wait": ours.delete("one-more"),
        "list --include-deleted": ours("list", "--include-deleted"),
        "history --all": ours("history", "--all"),
    }


def _servers(place: Place) -> Iterator[str]:
    """Yield what the control plane holds in memory."""
    data_dir = str(place.cluster.directory)
    for process in psutil.process_iter(["name", "cmdline", "memory_info"]):
        if process.info["name"] in SERVERS and data_dir in " ".join(process.info["cmdline"] or ()):
            yield f"{process.info['name']}: {_mib(process.info['memory_info'].rss)}"


def _mib(size: int) -> str:
    return f"{size / MIB:.0f} MiB"


if __name__ == "__main__":
    sys.exit(main())
