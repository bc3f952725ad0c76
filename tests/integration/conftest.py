"""The shared local cluster, and a namespace of its own for each test."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.load import Load
from tests.integration.prefork import Commands
from tests.integration.terminal import Terminal, inherited
from tests.integration.waiting import Eventually, new_namespace, wait_until
from tools.autoscaling.place import COMPLETE as AUTOSCALING_COMPLETE
from tools.autoscaling.place import autoscaling_folder
from tools.kubernetes.releases import releases
from tools.local_cluster.cluster import LocalCluster
from tools.toolchain.folder import COMPLETE, cache_folder, toolchain_folder

#: What takes longest begins first, or a worker would be at it after all others have ended.
FIRST = (
    "test_bench",
    "test_other_cluster",
    "test_server_kills",
    "test_apart",
    "test_random_kills",
    "test_bad_network",
    "test_permissions",
    "test_life",
    "test_many",
)

#: What controllers and the gateway go on looking at.
AT_WORK = (
    "/apis/gateway.networking.k8s.io/v1/namespaces/{}/httproutes",
    "/apis/gateway.networking.k8s.io/v1/namespaces/{}/gateways",
    "/apis/autoscaling/v2/namespaces/{}/horizontalpodautoscalers",
    "/apis/apps/v1/namespaces/{}/deployments",
    "/api/v1/namespaces/{}/services",
    "/api/v1/namespaces/{}/pods",
)


#: Rounds of random kills in one test: one of many is repeated by itself.
PART = 5
#: Rounds of each kind with --long.
LONG = 25


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Divide rounds into parts; a module says with SHORT how many it has without --long."""
    if "rounds" in metafunc.fixturenames:
        usual = LONG if metafunc.config.getoption("--long") else getattr(metafunc.module, "SHORT", 1)
        count = metafunc.config.getoption("--kills") or usual
        parts = [range(first, min(first + PART, count)) for first in range(0, count, PART)]
        metafunc.parametrize("rounds", parts, ids=lambda part: f"{part.start}-{part.stop - 1}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        ours = item.path.parent == Path(__file__).parent and item.path.stem in FIRST
        return FIRST.index(item.path.stem) if ours else len(FIRST)

    items.sort(key=turn)


@pytest.fixture(scope="session")
def toolchain(pytestconfig: pytest.Config) -> Path:
    """The folder with the built binaries; a run without it fails, it does not skip."""
    minor = pytestconfig.getoption("--kubernetes")
    folder = releases()[minor].folder(cache_folder()) if minor else toolchain_folder()
    if not (folder / COMPLETE).exists():
        first = f".venv/bin/python -m tools.kubernetes {minor}" if minor else "make toolchain"
        pytest.fail(f"{folder} is not built yet; run `{first}` first", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def cluster(toolchain: Path) -> LocalCluster:
    """The cluster of this run: the first worker starts it, the others wait for that one."""
    folder = Path(os.environ["SCALING_GROUP_TEST_CLUSTER"])
    shared = LocalCluster(folder / "cluster", toolchain)
    shared.up()
    return shared


@pytest.fixture
def namespace(cluster: LocalCluster) -> Iterator[str]:
    """A fresh namespace, usable for pods; afterwards nothing in it is at work."""
    name = new_namespace(cluster)
    yield name
    # Not the namespace itself: for that, objects of every kind are looked for, at a third of a second of
    # processor time. It goes with the cluster.
    for collection in AT_WORK:
        cluster.api.delete(collection.format(name))


@pytest.fixture(scope="session")
def autoscaling() -> Path:
    """The folder with the servers of metrics and the kinds of KEDA."""
    folder = autoscaling_folder()
    if not (folder / AUTOSCALING_COMPLETE).exists():
        pytest.fail(f"{folder} is not there yet; run `make autoscaling` first", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def measured(cluster: LocalCluster, autoscaling: Path) -> LocalCluster:
    """The cluster of this run with its servers of metrics, which most tests need not."""
    cluster.start_metrics(autoscaling)
    return cluster


@pytest.fixture
def load(measured: LocalCluster, namespace: str) -> Load:
    """What pods of this test's namespace have to do."""
    return Load(measured, namespace)


@pytest.fixture(scope="session")
def eventually() -> Eventually:
    """Wait until something is true; fail when it does not become so."""
    return wait_until


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """The process whose forks are the commands of this worker's tests."""
    running = Commands(inherited())
    yield running
    running.close()


@pytest.fixture
def terminal(cluster: LocalCluster, namespace: str, tmp_path: Path, commands: Commands) -> Iterator[Terminal]:
    """A shell in a fresh environment, namespace and data folder."""
    opened = Terminal(cluster, namespace, namespace.replace("t-", "e"), tmp_path, commands)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def second_cluster(toolchain: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """A cluster of a module's own: whatever happens to it harms no other test."""
    cluster = LocalCluster(tmp_path_factory.mktemp("other") / "cluster", toolchain)
    yield cluster
    cluster.down(wipe=True)


@pytest.fixture
def other(second_cluster: LocalCluster) -> LocalCluster:
    """A second cluster, whole again after what the test before has done to it."""
    second_cluster.up()
    return second_cluster


@pytest.fixture
def own(other: LocalCluster, tmp_path: Path, commands: Commands) -> Iterator[Terminal]:
    """A terminal of the cluster whose API server may be stopped without a harm to other tests."""
    namespace = new_namespace(other)
    opened = Terminal(other, namespace, namespace.replace("t-", "e"), tmp_path, commands)
    yield opened
    opened.close()


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A loopback port that nobody listens on: it is taken until the end of the test."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        yield int(deaf.getsockname()[1])
