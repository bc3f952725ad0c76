"""The server of simulated logs and usage answers the API server, and nobody else."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.local_cluster.certificates import ensure_certificates
from tools.local_cluster.kubelet import Kubelet
from tools.local_cluster.logs import write_logs
from tools.local_cluster.usage import Share, shares_of

HANGS_SECONDS = 60.0
RUNS: dict[str, Any] = {"name": "main", "state": {"running": {}}, "lastState": {}}
STATUSES = {
    "runs": RUNS,
    "restarted": {**RUNS, "lastState": {"terminated": {"exitCode": 3}}},
    "pulls": {"name": "main", "state": {"waiting": {"reason": "ImagePullBackOff"}}},
    "begins": {"name": "other", "state": {}},
}


def find_pod(namespace: str, name: str) -> dict[str, Any] | None:
    if namespace != "default" or name not in STATUSES:
        return None
    spec = {"containers": [{"name": "main", "image": "simulate/oom:1"}]}
    return {"spec": spec, "status": {"containerStatuses": [STATUSES[name]]}}


def pod(name: str, node: str = "cpu-0", owner: str = "web-abc", *, ready: bool = True) -> dict[str, Any]:
    owners = [{"kind": "ReplicaSet", "name": owner, "controller": True}]
    labels = {"pod-template-hash": owner.rpartition("-")[2]}
    metadata = {"namespace": "default", "name": name, "labels": labels, "ownerReferences": owners}
    conditions = [{"type": "Ready", "status": str(ready)}]
    return {
        "metadata": metadata,
        "spec": {"nodeName": node, "containers": [{"name": "main"}, {"name": "side"}]},
        "status": {"conditions": conditions},
    }


def find_all() -> tuple[list[dict[str, Any]], dict[str, list[Share]]]:
    pods = [pod("web-1"), pod("web-2", "cpu-1"), pod("web-3", ready=False), pod("other-1", owner="other-abc")]
    lines = 'cpu{deployment="web"} 3\nmemory 3e9\ncpu{deployment="other"} NaN\nvllm:tokens 4\n'
    return pods, {"default": shares_of({"data": {"pods": lines}})}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kubelet")
    ensure_certificates(folder / "pki", "gw.localhost")
    ensure_certificates(folder / "other", "gw.localhost")
    write_logs(folder / "logs")
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Kubelet]:
    with Kubelet(0, folder / "pki", folder / "logs", find_pod, find_all) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def as_somebody(folder: Path, certificate: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(folder / "pki" / "ca.crt"))
    if certificate is not None:
        context.load_cert_chain(certificate)
    return context


@contextlib.contextmanager
def asked(server: Kubelet, context: ssl.SSLContext, path: str, method: str = "GET") -> Iterator[Any]:
    port = server.server_address[1]
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=HANGS_SECONDS, context=context)
    with contextlib.closing(connection):
        connection.request(method, path)
        with connection.getresponse() as answer:
            yield answer


@pytest.fixture
def api_server(folder: Path) -> ssl.SSLContext:
    return as_somebody(folder, folder / "pki" / "kubelet-client.pem")


def test_who_has_no_certificate_of_the_cluster_gets_no_answer(server: Kubelet, folder: Path) -> None:
    for certificate in (None, folder / "other" / "admin.pem", folder / "pki" / "apiserver.pem"):
        answers = []
        # How a connection ends depends on which end comes first.
        with contextlib.suppress(OSError, http.client.HTTPException):
            context = as_somebody(folder, certificate)
            with asked(server, context, "/containerLogs/default/runs/main") as answer:
                answers.append(answer.status)
        assert answers == []


def test_who_says_nothing_keeps_nobody_waiting(server: Kubelet, api_server: ssl.SSLContext) -> None:
    port = server.server_address[1]
    with (
        contextlib.closing(socket.create_connection(("127.0.0.1", port))),
        asked(server, api_server, "/containerLogs/default/runs/main") as answer,
    ):
        assert b"listening" not in answer.read(), "the log of its image"
        assert answer.status == 200


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/containerLogs/default/restarted/main?previous=true&tailLines=1", 200, "MiB are in memory"),
        ("/containerLogs/default/runs/main?previous=true", 400, "previous terminated container"),
        ("/containerLogs/default/pulls/main", 400, "is waiting to start: ImagePullBackOff"),
        ("/containerLogs/default/begins/main", 400, "is waiting to start: ContainerCreating"),
        ("/containerLogs/other/runs/main", 400, 'pod "runs" not found'),
        ("/containerLogs/default/runs/main?tailLines=x", 400, "invalid"),
        ("/containerLogs/..%2fdefault/runs/main", 404, "simulated"),
        ("/containerLogs/default/runs/main/../../../../etc", 404, "simulated"),
        ("/exec/default/runs/main?command=id", 404, "simulated"),
        ("/metrics", 404, "simulated"),
    ],
)
def test_there_are_logs_of_what_has_run_and_nothing_else(
    server: Kubelet, api_server: ssl.SSLContext, path: str, status: int, said: str
) -> None:
    method = "POST" if path.startswith("/exec/") else "GET"
    with asked(server, api_server, path, method) as answer:
        assert (answer.status, said in answer.read().decode()) == (status, True)


def test_ready_pods_share_what_their_deployment_uses_and_their_counters_grow(
    server: Kubelet, api_server: ssl.SSLContext
) -> None:
    def read() -> dict[str, float]:
        with asked(server, api_server, "/nodes/cpu-0/metrics/resource") as answer:
            lines = answer.read().decode().splitlines()
        return {line.split(" ")[0]: float(line.split(" ")[1]) for line in lines}

    def seconds(pod: str, container: str = "main") -> str:
        labels = f'container="{container}",namespace="default",pod="{pod}"'
        return f"container_cpu_usage_seconds_total{{{labels}}}"

    first, second = read(), read()
    memory = seconds("web-1").replace("cpu_usage_seconds_total", "memory_working_set_bytes")
    assert first[memory] == 1e9, "a third of the namespace's"
    assert first[seconds("web-1")] == 1.5, "a half of its Deployment's, for the second before the first look"
    assert first[seconds("other-1")] == first[seconds("web-1", "side")] == 0.001, "NaN is nothing, so idle"
    assert second[seconds("web-1")] > first[seconds("web-1")]
    assert not [name for name in first if "web-2" in name or "web-3" in name]


def test_a_log_is_followed_until_its_reader_goes(
    server: Kubelet, api_server: ssl.SSLContext, folder: Path
) -> None:
    # Other tests' servers may have threads of that name, for connections that nobody has closed yet.
    before = set(threading.enumerate())
    with asked(server, api_server, "/containerLogs/default/runs/main?follow=true&tailLines=1") as answer:
        assert b"in memory" in answer.readline()
        with (folder / "logs" / "oom.log").open("a") as log:
            log.write("2026-01-01T00:00:00.000000000Z stdout F more\n")
        assert answer.readline() == b"more\n"
        started = set(threading.enumerate()) - before
        followers = [thread for thread in started if "process_request_thread" in thread.name]
        assert followers
    for follower in followers:
        follower.join(HANGS_SECONDS)
        assert not follower.is_alive()
