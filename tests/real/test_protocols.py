"""What a group can speak besides HTTP/1.1: to the gateway's clients, and to pods at its name."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import httpx2
import pytest

from tests.integration.terminal import Terminal
from tests.real.test_pods import ask
from tools.local_cluster.settings import DOMAIN
from tools.real_node.images import SERVER
from tools.real_node.node import READ_SECONDS

#: The answer of grpc.health.v1.Health/Check: status SERVING.
SERVING = b"\x08\x01"


@pytest.fixture
def web(terminal: Terminal) -> str:
    """A group that is served; where the gateway has it, with the port."""
    terminal.create("web", image=f"{SERVER}:v1")
    assert ask(terminal, "web").is_success
    return f"{terminal.environment}-web.{DOMAIN}:{terminal.cluster.gateway_port}"


def client(terminal: Terminal, http2: bool = False) -> httpx2.Client:
    verified = ssl.create_default_context(cafile=str(terminal.cluster.gateway_ca))
    return httpx2.Client(verify=verified, http2=http2, timeout=60)


def test_a_websocket_goes_through_the_gateway_in_both_directions(terminal: Terminal, web: str):
    [pod] = [pod["metadata"]["name"] for pod in terminal.pods()]

    with (
        client(terminal) as asking,
        asking.websocket(f"wss://{web}/echo", headers={"Origin": f"https://{web}"}) as socket,
    ):
        for word in ("one", "zwei 🦙", "x" * 50_000):
            socket.send_text(word)
            assert socket.receive_text(timeout=60) == f"{pod}: {word}"


def test_the_gateway_speaks_http2_to_clients_and_http1_to_pods(terminal: Terminal, web: str):
    with client(terminal, http2=True) as asking:
        answered = asking.get(f"https://{web}/")

    assert answered.http_version == "HTTP/2"
    assert answered.text.split()[1:] == ["v1", "HTTP/1.1"]


def test_a_stream_outlasts_the_gateways_limit_and_a_slow_request_does_not(terminal: Terminal, web: str):
    """The limit is for what a client sends: docs/traffic.md tells so of this gateway."""
    longer = READ_SECONDS + 2

    def streamed(http2: bool) -> list[str]:
        with client(terminal, http2) as asking:
            return asking.get(f"https://{web}/stream?for={longer}s").text.split("\n\n")

    def sent(http2: bool) -> int:
        with client(terminal, http2) as asking:
            return asking.post(f"https://{web}/", content=slowly(longer)).status_code

    with ThreadPoolExecutor() as pool:
        answers = [pool.submit(streamed, each) for each in (False, True)]
        slow = pool.submit(sent, True)
        for answer in answers:
            *said, done, _ = answer.result()
            assert done == "data: [DONE]"
            assert len(said) > READ_SECONDS / 2
    assert slow.result() == httpx2.codes.GATEWAY_TIMEOUT


def slowly(seconds: float) -> Iterator[bytes]:
    """Yield a body that takes so long to send."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        yield b"x"
        time.sleep(0.2)


def test_within_the_cluster_a_group_is_asked_by_grpc_and_by_http2_without_tls(terminal: Terminal, web: str):
    """The Service has no addresses of its own: clients connect to pods, and speak what pods speak."""
    address = f"web.{terminal.namespace}.svc.cluster.local:8080"

    with httpx2.Client(http1=False, http2=True, timeout=60) as asking:
        assert asking.get(f"http://{address}/").text.split()[1:] == ["v1", "HTTP/2.0"]
    with grpc.insecure_channel(f"dns:///{address}") as channel:
        check: Callable[..., bytes] = channel.unary_unary("/grpc.health.v1.Health/Check")
        assert check(b"", timeout=60, wait_for_ready=True) == SERVING
