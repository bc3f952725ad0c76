"""Requests through the real gateway, over TLS with a certificate that verifies."""

from __future__ import annotations

import http.client
import socket
import ssl

import pytest

from tests.integration.terminal import Terminal
from tests.integration.waiting import Eventually

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


def status_of(host: str, terminal: Terminal) -> int:
    connection = Gateway(host, terminal)
    connection.request("GET", "/", headers={"Host": host})
    return connection.getresponse().status


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
