"""Loopback ports: chosen once, remembered, chosen again only when somebody else has them."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import ClusterError
from .files import write_file

LOOPBACK = "127.0.0.1"
#: Below the ports that systems hand out to outgoing connections (32768 and up on Linux, 49152
#: elsewhere), so that a remembered port is seldom lost to a passing connection.
RANGE = range(20000, 32768)
ATTEMPTS = 200


@dataclass(frozen=True)
class Ports:
    """The port of each server, all on 127.0.0.1."""

    apiserver: int
    kubelet: int
    gateway: int
    metrics_server: int
    custom_metrics: int


#: Which process listens on which port; the other processes listen on none.
OWNERS: Mapping[str, str] = {
    "apiserver": "kube-apiserver",
    "kubelet": "kubelet",
    "gateway": "traefik",
    "metrics_server": "metrics-server",
    "custom_metrics": "custom-metrics",
}


def is_free(port: int) -> bool:
    """Return whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Go servers set this option too: connections of an earlier server that linger in
        # TIME_WAIT do not keep a new one from starting.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen()
        except OSError:
            return False
    return True


def load_ports(path: Path) -> Ports | None:
    """Return the remembered ports, None where not all of them are known."""
    known = known_ports(path)
    return Ports(**known) if known.keys() == OWNERS.keys() else None


def known_ports(path: Path) -> dict[str, int]:
    """Return the ports that are remembered; an earlier version had other servers, which are left out."""
    try:
        found = json.loads(path.read_text())
        return {name: int(found[name]) for name in OWNERS if name in found}
    except (OSError, ValueError, TypeError):
        return {}


def choose_ports(path: Path, running: frozenset[str]) -> Ports:
    """Return usable ports and remember them: the old ones where they are free or ours.

    Args:
        path: the file that remembers them.
        running: names of our processes that run, whose ports are taken by themselves.
    """
    known = known_ports(path)
    chosen = {name: port for name, port in known.items() if OWNERS[name] in running or is_free(port)}
    for name in OWNERS:
        if name not in chosen:
            chosen[name] = _free_port(taken=frozenset(chosen.values()))
    write_file(path, json.dumps(chosen, indent=2) + "\n")
    return Ports(**chosen)


def _free_port(taken: frozenset[int]) -> int:
    for port in random.sample(RANGE, ATTEMPTS):
        if port not in taken and is_free(port):
            return port
    raise ClusterError(f"no free port found between {RANGE.start} and {RANGE.stop - 1}")
