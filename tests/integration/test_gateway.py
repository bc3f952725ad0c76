"""Requests through the real gateway, over TLS with a certificate that verifies."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from typing import Any

import pytest

from tests.integration.terminal import Terminal
from tests.integration.waiting import Eventually, wait_for
from tests.unit.cluster.certificates import certificate
from tools.local_cluster.objects import GATEWAY_CLASS

pytestmark = pytest.mark.integration


class Gateway(http.client.HTTPSConnection):
    """A connection to the local gateway for a host, whatever the host resolves to."""

    def __init__(self, host: str, terminal: Terminal) -> None:
        context = ssl.create_default_context(cafile=str(terminal.cluster.gateway_ca))
        super().__init__(host, timeout=60, context=context)
        self._tls = context
        self._port = terminal.cluster.gateway_port

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self._port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def status_of(host: str, terminal: Terminal, path: str = "/") -> int:
    connection = Gateway(host, terminal)
    connection.request("GET", path, headers={"Host": host})
    return connection.getresponse().status


def answer_of(terminal: Terminal, name: str) -> dict[str, Any]:
    """Return what a probe tells of the answer to a request, {} where it tells nothing."""
    return terminal.seen("get", name, "--probe").get("answer") or {}


def test_a_request_for_the_web_url_reaches_the_group(terminal: Terminal, eventually: Eventually) -> None:
    """Simulated pods accept no connection, so a routed request ends as 502; 404 is an unknown host."""
    group = terminal.create("web")
    host = group["url"].removeprefix("https://")
    eventually(lambda: status_of(host, terminal) == 502)
    assert status_of(f"no-such-{host}", terminal) == 404

    [parent] = terminal.objects("web")["httproute"]["status"]["parents"]
    conditions = {condition["type"]: condition["status"] for condition in parent["conditions"]}
    assert conditions["Accepted"] == conditions["ResolvedRefs"] == "True"
    assert parent["parentRef"]["sectionName"] == "https"

    assert terminal.group("delete", "web").returncode == 0
    eventually(lambda: status_of(host, terminal) == 404)


def test_a_group_without_pods_is_routed_and_unavailable(terminal: Terminal, eventually: Eventually) -> None:
    group = terminal.create("web", "--replicas=0")
    host = group["url"].removeprefix("https://")
    eventually(lambda: status_of(host, terminal) == 503)


def test_a_probe_says_where_a_request_for_the_url_stops(terminal: Terminal, eventually: Eventually) -> None:
    terminal.create("web")
    trusting = terminal.with_variables(SSL_CERT_FILE=str(terminal.cluster.gateway_ca))

    def stage(expected: str, status: int) -> bool:
        answer = answer_of(trusting, "web")
        return (answer.get("stage"), answer.get("status")) == (expected, status)

    eventually(lambda: stage("backend", 502))
    shown = trusting.group("get", "web", "--probe")
    assert shown.returncode == 1
    assert (
        "the gateway answers 502 Bad Gateway: it gets no HTTP response from a Pod at port 8080"
        in shown.stdout
    )
    distrustful = terminal.group("get", "web", "--probe")
    assert distrustful.returncode == 1
    assert "! the URL does not answer: this machine does not trust the certificate" in distrustful.stdout
    assert "Without this check: the gateway answers 502 Bad Gateway" in distrustful.stdout

    checks = trusting.group("doctor", "web", "-o", "json")
    found = {each["id"]: each for each in json.loads(checks.stdout)}
    assert (found["answer"]["outcome"], "502 Bad Gateway" in found["answer"]["summary"]) == ("failed", True)
    assert found["gateway-limits"]["summary"].startswith("Traefik: ")

    terminal.kubectl("delete", "httproute", "web")
    eventually(lambda: stage("route", 404))
    terminal.data("update", "web", "--replicas=0")
    eventually(lambda: stage("backend", 503))


def test_the_older_route_of_a_hostname_is_told_where_it_gets_the_requests(
    terminal: Terminal, eventually: Eventually
) -> None:
    """A create refuses a hostname that a route has; the other route takes it on afterwards."""
    older = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "older"},
        "spec": {
            "parentRefs": [{"name": "gateway", "namespace": "gateway-system"}],
            "hostnames": [f"older-{terminal.environment}.gw.localhost"],
            "rules": [{"backendRefs": [{"name": "web", "port": 8080}]}],
        },
    }
    terminal.kubectl("apply", "-f", "-", stdin=json.dumps(older))
    host = terminal.create("web")["url"].removeprefix("https://")
    terminal.kubectl("patch", "httproute", "older", "--type=merge", "-p", hostnames_of(host))
    trusting = terminal.with_variables(SSL_CERT_FILE=str(terminal.cluster.gateway_ca))

    eventually(lambda: answer_of(trusting, "web").get("category") == "hostname-taken")
    shown = trusting.group("get", "web", "--probe")
    assert shown.returncode == 1
    assert f"HTTPRoute {terminal.namespace}/older has the hostname {host}" in shown.stdout
    file = terminal.folder / "snapshot.json"
    file.write_text(terminal.group("get", "web", "-o", "snapshot").stdout, encoding="utf-8")
    verdict = terminal.data("diagnose", "-f", str(file))
    assert [cause["category"] for cause in verdict["diagnoses"]] == ["hostname-taken"]


def hostnames_of(host: str) -> str:
    return json.dumps({"spec": {"hostnames": [host]}})


@pytest.fixture
def own_gateway(terminal: Terminal) -> Terminal:
    """A Gateway of the test's own, whose certificate is for one of its two listeners and trusted here."""
    name = terminal.namespace
    file = certificate(terminal.folder / "own.pem", f"*.{name}.test")
    content = [f"--from-file={key}={file}" for key in ("tls.crt", "tls.key")]
    terminal.kubectl("create", "secret", "generic", "own", "--type=kubernetes.io/tls", *content)
    listener = {"port": terminal.cluster.gateway_port, "protocol": "HTTPS"}
    listener |= {"tls": {"certificateRefs": [{"name": "own"}]}}
    domains = {"other": f"{name}.localhost", "own": f"{name}.test"}
    listeners = [{**listener, "name": each, "hostname": f"*.{domain}"} for each, domain in domains.items()]
    gateway = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "own"},
        "spec": {"gatewayClassName": GATEWAY_CLASS, "listeners": listeners},
    }
    terminal.kubectl("apply", "-f", "-", stdin=json.dumps(gateway))
    terminal.kubectl("wait", "gateway/own", "--for=condition=Programmed", "--timeout=300s")
    return terminal.with_variables(
        SCALING_GROUP_GATEWAY_NAME="own", SCALING_GROUP_GATEWAY_NAMESPACE=name, SSL_CERT_FILE=str(file)
    )


def test_a_probe_tells_a_wrong_certificate_and_a_name_without_dns(
    own_gateway: Terminal, eventually: Eventually
) -> None:
    name = own_gateway.namespace
    wrong = own_gateway.with_variables(
        SCALING_GROUP_GATEWAY_SECTION="other", SCALING_GROUP_GATEWAY_DOMAIN=f"{name}.localhost"
    )
    wrong.create("wrong")
    # The gateway shows a certificate of its own until it has read the one of its listener.
    eventually(lambda: answer_of(wrong, "wrong").get("category") == "certificate-other-host")
    done = wrong.group("get", "wrong", "--probe", "-o", "json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["answer"]["stage"]) == (1, "tls")
    assert [cause["category"] for cause in found["diagnoses"]] == ["certificate-other-host"]

    unnamed = own_gateway.with_variables(
        SCALING_GROUP_GATEWAY_SECTION="own", SCALING_GROUP_GATEWAY_DOMAIN=f"{name}.test"
    )
    unnamed.create("unnamed")

    past_dns = "the gateway answers 502 Bad Gateway"
    answer = wait_for(
        lambda: answer_of(unnamed, "unnamed"), lambda answer: past_dns in answer.get("detail", "")
    )
    assert (answer["stage"], answer["address"].partition(":")[0]) == ("dns", "127.0.0.1")
