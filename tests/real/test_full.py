"""What of a node can be full, and that a group on it comes up as soon as there is room."""

from __future__ import annotations

import contextlib
import ipaddress
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.terminal import Terminal
from tests.real.registry import registry
from tests.real.telling import tell
from tools.real_node.images import SERVER
from tools.real_node.network import POD_NETWORK
from tools.real_node.node import RealNode

#: Where the plugin host-local has a file for each address that is taken.
TAKEN = Path("/var/lib/cni/networks/pods")
CREATE = ("create", "--name=web", "--port=8080")


@pytest.mark.alone
def test_a_pod_that_gets_no_address_is_told_why_until_one_is_free(terminal: Terminal):
    said = "the network of node1 has no address left for the pod"

    with every_address_taken() as free:
        command = (*CREATE, f"--image={SERVER}:v1")
        told = tell(terminal, "no IP addresses available", *command, said=said, then=lambda _: free.close())

    assert told.code == 0, told.text
    print(f"no address: told {told.after(said)}")


@pytest.mark.alone
def test_an_image_that_has_no_room_on_the_disk_is_told_until_it_has(terminal: Terminal, node: RealNode):
    with registry(node.programs / "server", terminal.folder) as image, full(node.image_disk) as free:
        said = f"node1 has no room on its disk for the image {image}"
        command = (*CREATE, f"--image={image}")
        told = tell(terminal, "no space left on device", *command, said=said, then=lambda _: free.close())

    assert told.code == 0, told.text
    print(f"no room for the image: told {told.after(said)}")


@contextlib.contextmanager
def every_address_taken() -> Iterator[contextlib.ExitStack]:
    """Take every address of the node's range; closing what is given frees them.

    Also those of pods of earlier tests, which would give theirs back when they end.
    """
    with contextlib.ExitStack() as free:
        TAKEN.mkdir(parents=True, exist_ok=True)
        for address in ipaddress.ip_network(POD_NETWORK).hosts():
            file = TAKEN / str(address)
            before = file.read_bytes() if file.exists() else None
            free.callback(file.write_bytes, before) if before else free.callback(file.unlink)
            file.write_text("another pod")
        yield free


@contextlib.contextmanager
def full(disk: Path) -> Iterator[contextlib.ExitStack]:
    """Fill a disk; closing what is given frees it."""
    room = os.statvfs(disk)
    with contextlib.ExitStack() as free:
        filler = disk / "filler"
        free.callback(filler.unlink)
        filler.write_bytes(bytes(room.f_bavail * room.f_frsize))
        yield free
