"""The shared local cluster, and a namespace of its own for each test."""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.terminal import Terminal
from tools.local_cluster.cluster import LocalCluster
from tools.local_cluster.objects import DEFAULT_ACCOUNT_PATH
from tools.toolchain.folder import COMPLETE, toolchain_folder

WAIT_SECONDS = 60.0
POLL_SECONDS = 0.1


@pytest.fixture(scope="session")
def toolchain() -> Path:
    """The folder with the built binaries; a run without it fails, it does not skip."""
    folder = toolchain_folder()
    if not (folder / COMPLETE).exists():
        pytest.fail("the toolchain is not built yet; run `make toolchain` first", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def cluster(toolchain: Path) -> LocalCluster:
    """The cluster of this run: the first worker starts it, the others wait for that one."""
    folder = Path(os.environ["SCALING_GROUP_TEST_CLUSTER"])
    shared = LocalCluster(folder / "cluster", toolchain)
    shared.up()
    return shared


@pytest.fixture
def namespace(cluster: LocalCluster, eventually: Callable[[Callable[[], bool]], None]) -> Iterator[str]:
    """A fresh namespace, usable for pods; deleted afterwards."""
    name = f"t-{uuid.uuid4().hex[:8]}"
    api = cluster.api
    api.create("/api/v1/namespaces", {"metadata": {"name": name}})
    eventually(lambda: api.get(DEFAULT_ACCOUNT_PATH.format(name)) is not None)
    yield name
    api.delete(f"/api/v1/namespaces/{name}")


@pytest.fixture(scope="session")
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Wait until something is true; fail when it does not become so."""

    def wait(condition: Callable[[], bool]) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while not condition():
            if time.monotonic() > end:
                pytest.fail(f"not within {WAIT_SECONDS:.0f} s")
            time.sleep(POLL_SECONDS)

    return wait


@pytest.fixture
def terminal(cluster: LocalCluster, namespace: str, tmp_path: Path) -> Iterator[Terminal]:
    """A shell in a fresh environment, namespace and data folder."""
    opened = Terminal(cluster, namespace, environment=namespace.replace("t-", "e"), folder=tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def unused_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
