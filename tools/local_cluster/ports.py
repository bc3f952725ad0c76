"""Loopback ports: chosen once, remembered, chosen again only when somebody else has them."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
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

    etcd: int
    etcd_peer: int
    apiserver: int
    kwok: int
    gateway: int


#: Which process listens on which port; the other processes listen on none.
OWNERS: Mapping[str, str] = {
    "etcd": "etcd",
    "etcd_peer": "etcd",
    "apiserver": "kube-apiserver",
    "kwok": "kwok",
    "gateway": "traefik",
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
    """Return the remembered ports, None where there are none or the file is damaged."""
    try:
        return Ports(**{name: int(port) for name, port in json.loads(path.read_text()).items()})
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def choose_ports(path: Path, running: frozenset[str]) -> Ports:
    """Return usable ports and remember them: the old ones where they are free or ours.

    Args:
        path: the file that remembers them.
        running: names of our processes that run, whose ports are taken by themselves.
    """
    known = load_ports(path)
    chosen: dict[str, int] = {}
    for name, port in (asdict(known) if known else {}).items():
        if OWNERS[name] in running or is_free(port):
            chosen[name] = port
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
