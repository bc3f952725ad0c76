"""What pods see: logs, probes, each other by name, the gateway."""

from __future__ import annotations

import ssl
from urllib.parse import quote

import httpx2

from tests.integration.terminal import Terminal
from tests.integration.waiting import wait_until
from tools.local_cluster.settings import DOMAIN
from tools.real_node.images import SERVER


def ask(terminal: Terminal, name: str, path: str = "/") -> httpx2.Response:
    """Send a request to a group through the gateway, again while the gateway has not heard of its pods."""
    answers: list[httpx2.Response] = []

    def served() -> bool:
        answers.append(_ask(terminal, name, path))
        return "no available server" not in answers[-1].text

    wait_until(served)
    return answers[-1]


def _ask(terminal: Terminal, name: str, path: str) -> httpx2.Response:
    host = f"{terminal.environment}-{name}.{DOMAIN}"
    verified = ssl.create_default_context(cafile=str(terminal.cluster.gateway_ca))
    with httpx2.Client(verify=verified, timeout=60) as client:
        return client.get(
            f"https://127.0.0.1:{terminal.cluster.gateway_port}{path}",
            headers={"Host": host},
            extensions={"sni_hostname": host},
        )


def test_a_group_answers_at_its_url_and_its_log_is_read(terminal: Terminal):
    trusting = terminal.with_variables(SSL_CERT_FILE=str(terminal.cluster.gateway_ca))
    made = trusting.create("web", "--probe", image=f"{SERVER}:v1")
    assert (made["answer"]["answered"], made["answer"]["status"]) == (True, 200)

    [pod] = terminal.pods()
    assert ask(terminal, "web").text.split()[:2] == [pod["metadata"]["name"], "v1"]
    assert "listening on :8080" in terminal.group("logs", "web").stdout


def test_a_probe_by_grpc_finds_the_server_ready(terminal: Terminal):
    made = terminal.create("web", "--readiness=grpc,period=1", image=f"{SERVER}:v1")

    assert made["status"] == "Available"


def test_a_pod_finds_another_group_by_its_name_and_at_the_gateway(terminal: Terminal):
    authority = f"--from-file=ca.crt={terminal.cluster.gateway_ca}"
    terminal.kubectl("create", "configmap", "gateway-ca", authority)
    terminal.create("back", image=f"{SERVER}:v2")
    flags = ("--mount=configmap:gateway-ca:/ca", "--env=SSL_CERT_FILE=/ca/ca.crt")
    terminal.create("front", *flags, image=f"{SERVER}:v1")
    gateway = f"{terminal.environment}-back.{DOMAIN}:{terminal.cluster.gateway_port}"

    for url in (f"http://back.{terminal.namespace}.svc:8080/", "http://back:8080/", f"https://{gateway}/"):
        answered = ask(terminal, "front", f"/ask?url={quote(url)}").text
        assert " v2 HTTP/1.1" in answered, url
    assert "no such host" in ask(terminal, "front", f"/ask?url={quote('http://absent:8080/')}").text
