"""gRPC and HTTP/2 to the pods, through the real gateway, and changes between the kinds of routes."""

from __future__ import annotations

from collections.abc import Callable

import grpc
import pytest

from tests.integration.terminal import Terminal
from tests.real.load import Load
from tests.real.test_protocols import SERVING, client
from tools.local_cluster.settings import DOMAIN
from tools.real_node.images import SERVER
from tools.real_node.node import READ_SECONDS

CHECK, WATCH = "/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch"


def test_a_group_speaks_grpc_and_http2_and_changes_between_them_as_announced(
    terminal: Terminal, load: Callable[[str], Load]
):
    terminal.create("web", "--protocol=grpc", "--readiness=grpc", image=f"{SERVER}:v1")
    assert routes(terminal) == ["grpcroute.gateway.networking.k8s.io/web"]
    assert terminal.data("get", "web")["status"] == "Available"
    asked(terminal)

    planned = terminal.group("update", "web", "--protocol=h2c", "--dry-run")
    assert "requests fail until the gateway has accepted the new one" in planned.stdout, planned
    changed = terminal.group("update", "web", "--protocol=h2c")
    assert changed.returncode == 0, changed.stderr
    assert "warning: requests to web fail until its gateway has accepted the new route" in changed.stderr
    assert routes(terminal) == ["httproute.gateway.networking.k8s.io/web"]
    with client(terminal) as asking:
        said = asking.get(f"https://{host(terminal)}:{terminal.cluster.gateway_port}/").text
    assert said.split()[1:] == ["v1", "HTTP/2.0"]

    # From one to the other protocol of an HTTPRoute no request is lost.
    requests = load("web")
    terminal.data("update", "web", "--protocol=http")
    terminal.data("update", "web", "--replicas=2")
    traffic = requests.stop()
    print(traffic)
    assert traffic.failures == {}, traffic
    assert traffic.answered


def routes(terminal: Terminal) -> list[str]:
    return terminal.kubectl("get", "httproutes,grpcroutes", "--output=name").split()


def host(terminal: Terminal) -> str:
    return f"{terminal.environment}-web.{DOMAIN}"


def asked(terminal: Terminal) -> None:
    """Ask for the server's health through the gateway, once and as a stream that outlasts its limit."""
    authority = host(terminal)
    credentials = grpc.ssl_channel_credentials(terminal.cluster.gateway_ca.read_bytes())
    address = f"127.0.0.1:{terminal.cluster.gateway_port}"
    options = [("grpc.ssl_target_name_override", authority), ("grpc.default_authority", authority)]
    with grpc.secure_channel(address, credentials, options) as channel:
        check: Callable[..., bytes] = channel.unary_unary(CHECK)
        assert check(b"", timeout=60, wait_for_ready=True) == SERVING
        stream = channel.unary_stream(WATCH)(b"", timeout=READ_SECONDS + 2)
        assert next(stream) == SERVING
        with pytest.raises(grpc.RpcError) as ended:
            next(stream)
        # The client's own limit, not the gateway's.
        assert ended.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED, ended.value
