"""The real node that these tests run beside, a namespace of it for each, and requests to its gateway."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.conftest import commands, eventually, namespace, terminal
from tests.integration.terminal import Terminal
from tests.real.load import Load
from tools.local_cluster.cluster import LocalCluster
from tools.real_node.inside import VARIABLE
from tools.real_node.means import read_means
from tools.real_node.node import RealNode

__all__ = ["commands", "eventually", "namespace", "terminal"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("real")
    # Last: they wait until no other test is on the node.
    items.sort(key=lambda item: item.get_closest_marker("alone") is not None)


@pytest.fixture(autouse=True)
def beside_others(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let tests share the node, but those that are marked alone."""
    how = fcntl.LOCK_EX if request.node.get_closest_marker("alone") else fcntl.LOCK_SH
    with (Path(os.environ[VARIABLE]) / "tests.lock").open("w") as file:
        fcntl.flock(file, how)
        yield


@pytest.fixture(scope="session")
def node() -> RealNode:
    """The node that `make real` has started."""
    return RealNode(Path(os.environ[VARIABLE]))


@pytest.fixture(scope="session")
def cluster() -> LocalCluster:
    """The node's cluster; it runs already, and is asked in the same ways as a local one."""
    folder = Path(os.environ[VARIABLE])
    return LocalCluster(folder, read_means(folder).toolchain)


@pytest.fixture
def load(node: RealNode, terminal: Terminal) -> Iterator[Callable[[str], Load]]:
    """Start requests to a group of the terminal's, through the gateway, until they are stopped."""
    with contextlib.ExitStack() as running:
        yield lambda name, path="/": running.enter_context(Load(node.programs / "load", terminal, name, path))
