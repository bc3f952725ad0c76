"""Clusters behind a proxy, of the kubeconfig or of the environment."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import load_connection
from scaling_group.cluster.proxies import goes_past_proxies
from scaling_group.errors import Unreachable
from tests.unit.cluster.answering import POD, Server, connection_to
from tests.unit.cluster.proxying import TunnelProxy
from tools.local_cluster.certificates import API_AUTHORITY, ensure_certificates

#: A name of the certificate, which this machine cannot look up.
NAME = "kubernetes.default.svc"


@pytest.fixture(autouse=True)
def without_proxies(monkeypatch):
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def tls(server: Server, tmp_path: Path) -> ssl.SSLContext:
    """Have the server speak TLS, and return what a proxy with the same certificate does."""
    ensure_certificates(tmp_path, "gw.test")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "apiserver.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return context


@pytest.fixture
def authority(tls: ssl.SSLContext, tmp_path: Path) -> dict[str, str]:
    return {"certificate-authority": str(tmp_path / f"{API_AUTHORITY}.crt")}


@pytest.fixture
def proxy(server: Server) -> Iterator[TunnelProxy]:
    proxy = TunnelProxy(server.server_address[1])
    yield proxy
    proxy.close()


@pytest.mark.parametrize(
    ("scheme", "credentials"),
    [("http", "Proxy-Authorization: Basic bWU6cyNjcmV0"), ("socks5", "me:s#cret")],
)
def test_a_cluster_is_reached_through_the_proxy_of_its_kubeconfig(
    server, authority, proxy, scheme, credentials
):
    url = f"{scheme}://me:s%23cret@{proxy.address}"
    cluster = Cluster(
        connection_to(f"https://{NAME}:6443", {"token": "t"}, **authority, **{"proxy-url": url})
    )

    assert cluster.get("Pod", "default", "web") == POD
    assert proxy.asked == [(NAME, 6443)]
    assert proxy.credentials == [credentials]
    assert server.asked[0][1]["Host"] == f"{NAME}:6443"


def test_a_proxy_may_speak_tls_itself(server, tls, authority):
    proxy = TunnelProxy(server.server_address[1], tls)
    more = {**authority, "proxy-url": f"https://{proxy.address}"}

    cluster = Cluster(connection_to(f"https://{NAME}", {"token": "t"}, **more))

    assert cluster.get("Pod", "default", "web") == POD
    assert proxy.asked == [(NAME, 443)]
    proxy.close()


def test_a_name_of_the_certificate_is_compared_behind_a_proxy_too(authority, proxy):
    more = {**authority, "proxy-url": f"http://{proxy.address}", "tls-server-name": NAME}

    assert Cluster(connection_to("https://api.invalid", {}, **more)).get("Pod", "default", "web") == POD
    assert proxy.asked == [("api.invalid", 443)]


def test_what_a_proxy_refuses_is_said_without_its_password(authority, proxy):
    proxy.refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"
    more = {**authority, "proxy-url": f"http://me:s3cret@{proxy.address}"}

    with pytest.raises(Unreachable) as raised:
        Cluster(connection_to(f"https://{NAME}", {}, **more)).get("Pod", "default", "web")

    assert raised.value.detail == (
        f"the proxy http://{proxy.address} cannot reach {NAME}:443: 407 Proxy Authentication Required"
    )


def test_the_environment_names_a_proxy(monkeypatch, authority, proxy):
    monkeypatch.setenv("HTTPS_PROXY", proxy.address)
    monkeypatch.setenv("NO_PROXY", "10.0.0.0/8,.cluster.local")

    assert Cluster(connection_to(f"https://{NAME}", {}, **authority)).get("Pod", "default", "web") == POD
    assert proxy.asked == [(NAME, 443)]


@pytest.mark.parametrize("url", ["socks5h://{}", "socks5://{}"])
def test_all_proxy_counts_for_the_engine_too(tmp_path, authority, proxy, url):
    file = tmp_path / "config"
    file.write_text(yaml.safe_dump(connection_to(f"https://{NAME}", {"token": "t"}, **authority).kubeconfig))
    environ = {"KUBECONFIG": str(file), "ALL_PROXY": url.format(proxy.address)}

    connection = load_connection(None, environ)

    assert Cluster(connection).get("Pod", "default", "web") == POD
    assert proxy.asked == [(NAME, 443)]
    lent = connection.named("other")["clusters"][0]["cluster"]
    assert lent["proxy-url"] == f"socks5://{proxy.address}"


@pytest.mark.parametrize(
    "environ",
    [
        {"ALL_PROXY": "socks5://127.0.0.1:1", "NO_PROXY": NAME},
        {"ALL_PROXY": "socks5://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1"},
    ],
)
def test_all_proxy_is_the_last_that_counts(tmp_path, authority, environ):
    file = tmp_path / "config"
    file.write_text(yaml.safe_dump(connection_to(f"https://{NAME}", {}, **authority).kubeconfig))

    connection = load_connection(None, {"KUBECONFIG": str(file), **environ})

    assert "proxy-url" not in connection.cluster


def test_a_server_of_this_machine_is_asked_past_a_proxy_that_nobody_runs(server, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    connection = connection_to(f"http://{server.address}", {"token": "t"})

    assert Cluster(connection).get("Pod", "default", "web") == POD


@pytest.mark.parametrize(
    ("rule", "past"),
    [
        ("*", True),
        ("api.example.com", True),
        ("API.example.com", True),
        ("example.com", True),
        (".example.com", True),
        ("*.example.com", True),
        ("other.com, example.com", True),
        ("example.com:6443", True),
        ("example.com:443", False),
        ("ample.com", False),
        (".api.example.com", False),
        ("10.0.0.0/8", False),
        ("", False),
    ],
)
def test_no_proxy_names_hosts_as_go_reads_it(rule, past):
    server = urlsplit("https://api.example.com:6443")

    assert goes_past_proxies(server, {"no_proxy": rule}) is past


@pytest.mark.parametrize(
    ("server", "rule", "past"),
    [
        ("https://10.1.2.3", "10.0.0.0/8", True),
        ("https://10.1.2.3", "10.1.2.9/24", True),
        ("https://10.1.2.3", "10.1.3.9/24", False),
        ("https://10.1.2.3", "10.1.2.3", True),
        ("https://10.1.2.3", "10.1.2.4", False),
        ("https://10.1.2.3", "10.1.2.0/not", False),
        ("https://[2001:db8::7]:6443", "2001:db8::/32", True),
        ("https://[2001:db8::7]:6443", "2001:DB8::7", True),
        ("https://[2001:db8::7]:6443", "[2001:db8::7]:6443", True),
        ("https://[2001:db8::7]:6443", "[2001:db8::7]:443", False),
        ("https://127.0.0.1:6443", "", True),
        ("https://[::1]:6443", "", True),
    ],
)
def test_no_proxy_names_addresses_as_go_reads_it(server, rule, past):
    assert goes_past_proxies(urlsplit(server), {"NO_PROXY": rule}) is past
