"""The network of the node's namespace: loopback, and on it the addresses that pods reach the node at."""

from __future__ import annotations

import fcntl
import socket
import struct

from tools.local_cluster.certificates import SERVICE_NETWORK_FIRST

NODE_ADDRESS = "10.0.0.10"
POD_NETWORK = "10.244.0.0/24"

_ADD_BRIDGE = 0x89A0
_SET_FLAGS, _SET_ADDRESS, _SET_NETMASK = 0x8914, 0x8916, 0x891C
_UP_AND_RUNNING = 0x41


def bring_up() -> None:
    """Bring up loopback and give it its addresses; there is no route to anywhere else.

    That of the Service `kubernetes` is the API server's own: no proxy for Services is needed.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        _set(any_socket, _SET_FLAGS, "lo", struct.pack("h", _UP_AND_RUNNING))
        for number, address in enumerate((NODE_ADDRESS, SERVICE_NETWORK_FIRST), 1):
            _set(any_socket, _SET_ADDRESS, f"lo:{number}", _address(address))
            # All of a loopback's network is the machine's own: this one address and no more.
            _set(any_socket, _SET_NETMASK, f"lo:{number}", _address("255.255.255.255"))


def add_bridge(name: str) -> None:
    """Make a bridge, as the network plugin does for pods."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _ADD_BRIDGE, struct.pack("16s", name.encode()))


def _set(any_socket: socket.socket, request: int, interface: str, value: bytes) -> None:
    fcntl.ioctl(any_socket, request, struct.pack("16s24s", interface.encode(), value))


def _address(text: str) -> bytes:
    return struct.pack("=HH4s", socket.AF_INET, 0, socket.inet_aton(text))
