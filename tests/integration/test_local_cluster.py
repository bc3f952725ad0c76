"""The local cluster starts, survives, stops, and simulates what it promises."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import http.client
import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from cryptography.hazmat.primitives import serialization

from tests.integration.waiting import Eventually
from tools.local_cluster.certificates import API_LEAVES, NO_NAME, ensure_certificates, load_identity
from tools.local_cluster.cluster import LocalCluster
from tools.local_cluster.errors import ClusterError
from tools.local_cluster.ports import choose_ports, is_free
from tools.local_cluster.processes import Processes, Program

pytestmark = pytest.mark.integration

CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"


@pytest.fixture
def own(tmp_path: Path, toolchain: Path) -> Iterator[LocalCluster]:
    """A cluster that belongs to one test alone."""
    instance = LocalCluster(tmp_path / "own", toolchain)
    yield instance
    instance.down(wipe=True)


def pids(cluster: LocalCluster) -> set[int]:
    return {state.pid for state in cluster.status().processes if state.pid is not None}


def alive(numbers: set[int]) -> set[int]:
    found = {number for number in numbers if psutil.pid_exists(number)}
    return {n for n in found if psutil.Process(n).status() != psutil.STATUS_ZOMBIE}


def test_a_cluster_keeps_its_data_and_stops_only_what_is_its_own(
    own: LocalCluster, eventually: Eventually, request: pytest.FixtureRequest
) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    own.up()
    assert own.status().running
    first = pids(own)
    own.api.create(CONFIG_MAPS, {"metadata": {"name": "kept"}, "data": {"key": "value"}})

    own.up()
    assert pids(own) == first, "a second up starts nothing"

    for number in first:
        psutil.Process(number).kill()
    eventually(lambda: {state.state for state in own.status().processes} == {"died"})
    # The last thread of a killed process may hold its sockets a moment longer than its first.
    eventually(lambda: is_free(own.gateway_port))
    with occupied(own.gateway_port) as port:
        own.up()
        assert own.gateway_port != port
    assert own.status().running
    assert (own.api.get(f"{CONFIG_MAPS}/kept") or {})["data"] == {"key": "value"}

    second = pids(own)
    own.down()
    own.down()
    assert not alive(second)
    assert not own.status().running
    assert bystander.poll() is None
    bystander.communicate(b"\n")

    if request.config.getoption("--long"):
        # The gentler way to end: what survives a kill survives it.
        own.up()
        assert (own.api.get(f"{CONFIG_MAPS}/kept") or {})["data"] == {"key": "value"}
    own.down(wipe=True)
    assert not own.directory.exists()
    own.down(wipe=True)


@contextlib.contextmanager
def occupied(port: int) -> Iterator[int]:
    """Somebody else's server on a loopback port."""
    with socket.create_server(("127.0.0.1", port)):
        yield port


def test_every_port_is_on_loopback(measured: LocalCluster) -> None:
    listening = [
        connection.laddr.ip
        for number in pids(measured)
        for connection in psutil.Process(number).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) == 5
    assert set(listening) == {"127.0.0.1"}


def test_the_gateway_shows_a_certificate_of_its_own_authority(cluster: LocalCluster) -> None:
    context = ssl.create_default_context(cafile=str(cluster.gateway_ca))
    plain = socket.create_connection(("127.0.0.1", cluster.gateway_port), 5)
    connection = http.client.HTTPConnection("nobody.gw.localhost")
    connection.sock = context.wrap_socket(plain, server_hostname="nobody.gw.localhost")
    connection.request("GET", "/")
    assert connection.getresponse().status == http.HTTPStatus.NOT_FOUND
    connection.close()


def test_a_name_that_the_gateway_does_not_serve_gets_the_one_certificate_that_nobody_trusts(
    cluster: LocalCluster,
) -> None:
    """Traefik makes up one at each change otherwise: nine tenths of its work, and it is the same for all."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", cluster.gateway_port), 5) as plain:
        shown = trusting.wrap_socket(plain, server_hostname="nobody.example.com").getpeercert(True)
    found = load_identity(cluster.directory / "pki", NO_NAME)
    assert found
    assert shown == found.certificate.public_bytes(serialization.Encoding.DER)


def test_the_shell_file_may_be_sourced_twice(cluster: LocalCluster) -> None:
    script = '. "$0"; first=$PATH; . "$0"; [ "$first" = "$PATH" ] && echo "$KUBECONFIG:$PATH"'
    command = ["sh", "-euc", script, str(cluster.directory / "env")]
    shown = subprocess.run(command, text=True, capture_output=True, check=True).stdout
    assert shown.startswith(f"{cluster.kubeconfig}:")
    assert str(cluster.toolchain / "bin") in shown


def test_nodes_offer_every_gpu_type(cluster: LocalCluster) -> None:
    nodes = (cluster.api.get("/api/v1/nodes") or {})["items"]
    label = "cloud.google.com/gke-accelerator"
    gpus = {
        node["metadata"]["labels"][label]: node["status"]["allocatable"]["nvidia.com/gpu"]
        for node in nodes
        if label in node["metadata"]["labels"]
    }
    types = {"nvidia-tesla-t4", "nvidia-l4", "nvidia-tesla-a100", "nvidia-tesla-v100"}
    assert gpus == dict.fromkeys(types, "8")
    assert len(nodes) == len(types) + 2


def deploy(
    cluster: LocalCluster, namespace: str, image: str, name: str = "web", memory: str = "1Gi"
) -> Callable[[], dict[str, Any]]:
    """Create a Deployment of one replica; return how to read the status of its pod."""
    labels = {"app": name}
    main = {"name": "main", "image": image, "resources": {"limits": {"memory": memory}}}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [main]}}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments"
    cluster.api.create(path, {"metadata": {"name": name}, "spec": spec})

    def status() -> dict[str, Any]:
        pods = f"/api/v1/namespaces/{namespace}/pods?labelSelector=app%3D{name}"
        items = (cluster.api.get(pods) or {})["items"]
        found: dict[str, Any] = items[0]["status"] if items else {}
        return found

    return status


def container(status: dict[str, Any]) -> dict[str, Any]:
    statuses = status.get("containerStatuses") or [{}]
    found: dict[str, Any] = statuses[0]
    return found


def is_ready(status: dict[str, Any]) -> bool:
    return any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions", []))


def reasons(cluster: LocalCluster, namespace: str) -> set[tuple[str, str]]:
    events = (cluster.api.get(f"/api/v1/namespaces/{namespace}/events") or {})["items"]
    return {(e["type"], e["reason"]) for e in events if e["involvedObject"]["kind"] == "Pod"}


def test_a_plain_image_becomes_available(
    cluster: LocalCluster, namespace: str, eventually: Eventually
) -> None:
    deploy(cluster, namespace, "registry.test/plain:1")
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments/web"
    eventually(lambda: (cluster.api.get(path) or {}).get("status", {}).get("availableReplicas") == 1)


def test_slow_start_runs_before_it_is_ready(
    cluster: LocalCluster, namespace: str, eventually: Eventually
) -> None:
    status = deploy(cluster, namespace, "registry.test/simulate/slow-start:3s")
    eventually(lambda: "running" in container(status()).get("state", {}))
    eventually(lambda: is_ready(status()))
    assert container(status())["started"] is True
    eventually(lambda: ("Warning", "Unhealthy") in reasons(cluster, namespace))


def test_image_pull_backoff(cluster: LocalCluster, namespace: str, eventually: Eventually) -> None:
    status = deploy(cluster, namespace, "simulate/image-pull-backoff:1")

    seen: dict[str, str] = {}

    def waits_for(reason: str) -> bool:
        waiting: dict[str, str] = container(status()).get("state", {}).get("waiting", {})
        seen[waiting.get("reason", "")] = waiting.get("message", "")
        return reason in seen

    eventually(lambda: waits_for("ErrImagePull"))
    eventually(lambda: waits_for("ImagePullBackOff"))
    assert seen["ImagePullBackOff"].startswith('Back-off pulling image "simulate/image-pull-backoff:1"')
    events = {("Normal", "Pulling"), ("Warning", "Failed"), ("Normal", "BackOff")}
    eventually(lambda: reasons(cluster, namespace) >= events)


@pytest.mark.parametrize(
    ("image", "ended"),
    [
        ("simulate/crash-loop:1", {"exitCode": 3, "reason": "Error"}),
        ("simulate/oom:1", {"exitCode": 137, "reason": "OOMKilled"}),
    ],
)
def test_crashes_grow_into_a_back_off(
    cluster: LocalCluster,
    namespace: str,
    eventually: Eventually,
    image: str,
    ended: dict[str, Any],
) -> None:
    status = deploy(cluster, namespace, image)
    found: dict[str, Any] = {}

    def backs_off() -> bool:
        found.update(container(status()))
        return bool(found.get("state", {}).get("waiting", {}).get("reason") == "CrashLoopBackOff")

    eventually(lambda: is_ready(status()))
    eventually(backs_off)
    assert found["restartCount"] >= 1
    assert found["ready"] is False
    assert ended.items() <= found["lastState"]["terminated"].items()
    wait = f"back-off {10 * 2 ** (found['restartCount'] - 1)}s"
    assert found["state"]["waiting"]["message"].startswith(f"{wait} restarting failed")
    eventually(lambda: ("Warning", "BackOff") in reasons(cluster, namespace))


@pytest.mark.parametrize("memory", ["4Gi", "4.3G"])
def test_enough_memory_ends_the_kills(
    cluster: LocalCluster, namespace: str, eventually: Eventually, memory: str
) -> None:
    enough = deploy(cluster, namespace, "simulate/oom:1", "enough", memory)
    eventually(lambda: is_ready(enough()))
    less = deploy(cluster, namespace, "simulate/oom:1", "less", "4095Mi")
    # It begins later and has the same time to be killed.
    eventually(lambda: container(less()).get("restartCount", 0) >= 1)
    assert container(enough())["restartCount"] == 0
    assert "running" in container(enough())["state"]


def test_simulated_pods_can_be_deleted(cluster: LocalCluster, namespace: str, eventually: Eventually) -> None:
    status = deploy(cluster, namespace, "simulate/crash-loop:1")
    eventually(lambda: bool(container(status())))
    cluster.api.delete(f"/apis/apps/v1/namespaces/{namespace}/deployments/web")
    eventually(lambda: not status())


def sleeper(*, seconds: int = 60) -> Program:
    return Program("sleeper", (sys.executable, "-c", f"import time; time.sleep({seconds})"))


def test_a_recycled_process_number_is_not_taken_for_ours(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    processes.start(sleeper())
    record = tmp_path / "run" / "sleeper.pid"
    content = json.loads(record.read_text())
    assert processes.is_running("sleeper")

    record.write_text(json.dumps(content | {"started": f"{content['started']}0"}))
    processes.stop(["sleeper"])
    assert psutil.pid_exists(content["pid"]), "somebody else's process stays"

    record.write_text(json.dumps(content))
    processes.stop(["sleeper"])
    assert not alive({content["pid"]})


def test_a_clock_that_is_set_hides_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    processes = Processes(tmp_path)
    processes.start(Program("sleeper", ("sleep", "300")))
    started = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: started(process) + 40)
    assert processes.is_running("sleeper")
    processes.stop(["sleeper"])
    assert processes.state("sleeper").state == "stopped"


def test_a_process_that_dies_shows_its_last_words(tmp_path: Path, eventually: Eventually) -> None:
    processes = Processes(tmp_path)
    processes.start(Program("loud", (sys.executable, "-c", "raise SystemExit('no such port')")))
    eventually(lambda: not processes.is_running("loud"))
    with pytest.raises(ClusterError, match="no such port") as error:
        processes.require_running(["loud"])
    assert str(processes.log_path("loud")) in str(error.value)


def test_ports_are_remembered_and_replaced_only_when_taken(tmp_path: Path) -> None:
    path = tmp_path / "ports.json"
    first = choose_ports(path, running=frozenset())
    assert choose_ports(path, running=frozenset()) == first
    with occupied(first.apiserver):
        assert choose_ports(path, running=frozenset({"kube-apiserver"})) == first
        second = choose_ports(path, running=frozenset())
    assert second.apiserver != first.apiserver
    assert (second.kubelet, second.gateway) == (first.kubelet, first.gateway)


def test_the_ports_of_an_earlier_version_are_kept_where_their_servers_are(tmp_path: Path) -> None:
    path = tmp_path / "ports.json"
    first = choose_ports(path, running=frozenset())
    ports = {"etcd": 1, "etcd_peer": 2, "kwok": 3, "apiserver": first.apiserver, "gateway": first.gateway}
    path.write_text(json.dumps(ports))
    with occupied(first.apiserver):
        second = choose_ports(path, running=frozenset({"etcd", "kube-apiserver", "kwok"}))
    assert (second.apiserver, second.gateway) == (first.apiserver, first.gateway)
    assert json.loads(path.read_text()) == dataclasses.asdict(second)


def test_certificates_are_renewed_before_their_end_and_not_earlier(tmp_path: Path) -> None:
    def files() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    ensure_certificates(tmp_path, "gw.localhost")
    first = files()
    ensure_certificates(tmp_path, "gw.localhost")
    assert files() == first

    ensure_certificates(tmp_path, "gw.localhost", renewal=datetime.timedelta(days=400))
    changed = {name for name, content in files().items() if content != first[name]}
    leaves = {"gateway", "front-proxy", NO_NAME, *API_LEAVES}
    assert changed == {f"{name}.pem" for name in leaves}, "the authorities last longer"


def test_a_missing_toolchain_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="make toolchain"):
        LocalCluster(tmp_path / "own", tmp_path / "nothing").up()
