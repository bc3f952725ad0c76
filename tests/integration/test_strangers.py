"""What another user of the machine, and whoever has no credentials, gets of the local cluster: nothing."""

from __future__ import annotations

import contextlib
import http.client
import multiprocessing
import os
import socket
import ssl
import stat
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.integration.test_local_cluster import pids
from tools.local_cluster.api import ApiError
from tools.local_cluster.cluster import LocalCluster
from tools.local_cluster.errors import ClusterError

pytestmark = pytest.mark.integration

#: No account of any machine has permissions by this number.
NOBODY = 65534
ANSWER_SECONDS = 10.0
#: What an API server, and each behind it, tells everybody.
OPEN = {f"https {path}" for path in ("/healthz", "/livez", "/readyz", "/version")}
#: What servers of a control plane have for those who may ask; none of these paths is a group's.
PATHS = (
    *("/healthz", "/livez", "/readyz", "/version", "/metrics", "/debug/pprof/", "/apis", "/openapi/v3"),
    *("/api/v1/namespaces", "/api/v1/secrets", "/api/v1/nodes/cpu-0/proxy/metrics", "/logs/"),
    *("/v3/kv/range", "/discovery/prometheus", "/dashboard/", "/api/rawdata", "/ping"),
    *("/pods", "/exec/default/web/main", "/attach/default/web/main", "/portForward/default/web"),
)


def as_another_user(ask: Callable[[], Any]) -> Any:
    """Return what `ask` returns in a process of a user without permissions, whichever runs the tests."""
    if os.geteuid() != 0:
        pytest.skip("only root becomes another user; the modes of files are tested for everybody")
    # http.client takes this codec from a file, and a process without permissions may not read that any more.
    "localhost".encode("idna")
    # A fork, since the interpreter may lie where that user reads nothing.
    forking = multiprocessing.get_context("fork")
    receiving, sending = forking.Pipe(duplex=False)
    process = forking.Process(target=_without_permissions, args=(ask, sending))
    process.start()
    sending.close()
    try:
        return receiving.recv()
    except EOFError:
        return pytest.fail("the other user's process died; its last words are on standard error")
    finally:
        process.join()


def _without_permissions(ask: Callable[[], Any], answers: Connection) -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    answers.send(ask())


def listening(cluster: LocalCluster) -> tuple[set[int], set[str]]:
    """Return the ports and the sockets in the file system at which the cluster's processes listen."""
    processes = [psutil.Process(number) for number in pids(cluster)]
    found = [c for process in processes for c in process.net_connections("all")]
    ports = {c.laddr.port for c in found if c.status == psutil.CONN_LISTEN}
    sockets = {str(cluster.directory / c.laddr) for c in found if c.family == socket.AF_UNIX and c.laddr}
    return ports, sockets


@contextlib.contextmanager
def connected(port: int, scheme: str) -> Iterator[http.client.HTTPConnection]:
    if scheme == "http":
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    else:
        anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        anybody.check_hostname = False
        anybody.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=ANSWER_SECONDS, context=anybody)
    with contextlib.closing(connection):
        yield connection


def status_of(port: int, scheme: str, path: str) -> int | None:
    """Return the status of the answer to somebody without credentials, None where there is none."""
    with connected(port, scheme) as connection:
        try:
            # To a POST etcd answers, and nobody else reads the body.
            connection.request("POST" if path.startswith("/v3/") else "GET", path, '{"key": "AA=="}')
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None


def answered(ports: set[int]) -> list[str]:
    """Return what is served at these ports to somebody without credentials."""
    asked = [(port, scheme, path) for port in ports for scheme in ("http", "https") for path in PATHS]
    return [
        f"{scheme} {path}" for port, scheme, path in asked if (status_of(port, scheme, path) or 500) < 300
    ]


def can_connect(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(path)
        except PermissionError:
            return False
    return True


def can_read(path: str) -> bool:
    try:
        os.listdir(path) if Path(path).is_dir() else Path(path).read_bytes()
    except PermissionError:
        return False
    return True


def below(folder: Path) -> list[Path]:
    """Return all that is in a folder; one that goes meanwhile is left out, which rglob does not."""
    return [Path(where, name) for where, folders, files in os.walk(folder) for name in (*folders, *files)]


def is_private(path: Path) -> bool:
    """Return whether it is of etcd's, or holds a key."""
    if "etcd" in path.parts:
        return True
    content = path.read_bytes()
    return b"PRIVATE KEY" in content or b"client-key-data" in content


def test_another_user_of_the_machine_gets_nothing(measured: LocalCluster) -> None:
    ports, sockets = listening(measured)
    everything = [str(measured.directory), *map(str, below(measured.directory))]

    # A clone lies in a folder that others may pass.
    measured.directory.parent.chmod(0o711)
    served = as_another_user(lambda: answered(ports))
    assert set(served) == OPEN
    # metrics-server says that it is not ready until it has looked at every node.
    assert max(Counter(served).values()) == 3, "the API server, and the servers of metrics behind it"
    assert as_another_user(lambda: [path for path in everything if can_read(path)]) == []
    assert len(sockets) == 2, "etcd's, for the API server and for its peers"
    assert as_another_user(lambda: [path for path in sockets if can_connect(path)]) == []


def test_keys_are_readable_by_their_user_alone(cluster: LocalCluster) -> None:
    folders = [cluster.directory, *(cluster.directory / name for name in ("etcd", "logs", "pki", "run"))]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}

    # etcd has the Secrets of the cluster; its files are too large to look through.
    # What kubectl keeps of the API's description speaks of keys and holds none.
    modes = {}
    for path in below(cluster.directory):
        # What other tests make and remove meanwhile may be gone.
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and "kubectl-cache" not in path.parts and is_private(path):
                modes[path] = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)]
    assert {cluster.kubeconfig, cluster.directory / "pki" / "ca.pem"} <= modes.keys()
    assert {str(path): found for path, found in modes.items() if found != [0o600, 0o700]} == {}


def test_a_folder_of_another_user_is_refused() -> None:
    def refusal(folder: Path) -> str:
        try:
            LocalCluster(folder, folder).down()
        except ClusterError as error:
            return str(error)
        return ""

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        assert as_another_user(lambda: refusal(folder)).startswith(f"{folder} belongs to another user")


def test_no_object_of_the_cluster_names_a_file_of_the_machine(cluster: LocalCluster, namespace: str) -> None:
    logs = {"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "Logs", "metadata": {"name": "web"}}
    logs["spec"] = {"logs": [{"logsFile": "/etc/hostname"}]}
    with pytest.raises(ApiError) as refused:
        cluster.api.create(f"/apis/kwok.x-k8s.io/v1alpha1/namespaces/{namespace}/logs", logs)
    assert refused.value.status == 404
