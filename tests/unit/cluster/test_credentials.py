"""Credentials go where the user says, and into no message."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import load_connection
from scaling_group.cluster.proxies import is_loopback
from scaling_group.errors import Unreachable
from tests.unit.cluster.answering import Server, connection_to

BROKEN = "first-half\nsecond-half"
PLUGIN = {
    "apiVersion": "client.authentication.k8s.io/v1",
    "command": "printf",
    "interactiveMode": "Never",
    "args": [
        '{"apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "first-half\\\\nsecond-half"}}'
    ],
}


def kubeconfig(folder: Path, server: str, user: dict[str, Any], **cluster: Any) -> dict[str, str]:
    file = folder / "config"
    file.write_text(yaml.safe_dump({**connection_to(server, user, **cluster).kubeconfig}))
    return {"KUBECONFIG": str(file)}


@pytest.mark.parametrize("token", [BROKEN, "first-half\r\n", "a\0first-half", "first-half\x1b[2J"])
def test_a_token_with_a_line_break_is_refused_and_not_shown(tmp_path: Path, token: str):
    with pytest.raises(Unreachable, match="the token of the user 'u' in the kubeconfig holds") as caught:
        load_connection(None, kubeconfig(tmp_path, "https://api.test", {"token": token}))

    assert "half" not in str(caught.value)


@pytest.mark.parametrize("user", [{"tokenFile": "token"}, {"exec": PLUGIN}], ids=["file", "plugin"])
def test_a_token_with_a_line_break_from_elsewhere_is_not_shown_either(
    tmp_path: Path, server: Server, user: dict[str, Any]
):
    (tmp_path / "token").write_text(BROKEN)
    connection = load_connection(None, kubeconfig(tmp_path, f"http://{server.address}", user))

    with pytest.raises(Unreachable) as caught:
        Cluster(connection).get("Pod", "default", "web")

    assert caught.value.detail == (
        "a token or another header holds a line break or another character that cannot be sent"
    )
    assert "half" not in str(caught.value)
    assert server.asked == []


@pytest.mark.parametrize(
    "user",
    [
        {"token": "t"},
        {"tokenFile": "/token"},
        {"exec": PLUGIN},
        {"username": "a", "password": "b"},
    ],
)
@pytest.mark.parametrize(
    "server", ["http://api.test", "HTTP://api.test:80", "http://10.0.0.1", "http://[2001:db8::1]"]
)
def test_credentials_are_not_sent_in_plain_text(tmp_path: Path, user: dict[str, Any], server: str):
    with pytest.raises(Unreachable, match=r"credentials \(\S+.*\) are not sent to ") as caught:
        load_connection(None, kubeconfig(tmp_path, server, user))

    assert "insecure-skip-tls-verify" in caught.value.resolution


@pytest.mark.parametrize(
    ("server", "user", "cluster"),
    [
        ("https://api.test", {"token": "t"}, {}),
        ("http://127.0.0.1:8001", {"token": "t"}, {}),
        ("http://localhost:8001", {"token": "t"}, {}),
        ("http://[::1]:8001", {"token": "t"}, {}),
        ("http://api.test", {}, {}),
        ("http://api.test", {"token": "t"}, {"insecure-skip-tls-verify": True}),
    ],
)
def test_they_are_sent_encrypted_or_on_this_machine_or_where_the_user_says_so(
    tmp_path, server, user, cluster
):
    assert load_connection(None, kubeconfig(tmp_path, server, user, **cluster)).context == "c"


def test_a_password_in_the_address_of_a_server_is_not_shown(tmp_path: Path):
    with pytest.raises(Unreachable) as caught:
        load_connection(None, kubeconfig(tmp_path, "http://me:s3cret@api.test", {"token": "t"}))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("server", "loopback"),
    [
        ("https://127.0.0.1:6443", True),
        ("https://127.8.9.1", True),
        ("https://[::1]:6443", True),
        ("https://localhost", True),
        ("https://localhost.example.com", False),
        ("https://127.0.0.1.example.com", False),
        ("https://10.0.0.1", False),
        ("", False),
    ],
)
def test_this_machine_is_told_from_others(server: str, loopback: bool):
    assert is_loopback(server) is loopback


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch):
    """A proxy of the environment, which notes what it is asked."""
    with Server() as proxy:
        threading.Thread(target=proxy.serve_forever, args=(0.01,), daemon=True).start()
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://{proxy.address}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        yield proxy
        proxy.shutdown()


def test_a_server_of_this_machine_is_asked_past_the_proxies_of_the_environment(server, proxied):
    Cluster(connection_to(f"http://{server.address}", {"token": "t"})).get("Pod", "default", "web")

    assert len(server.asked) == 1
    assert proxied.asked == []


def test_another_server_is_asked_through_them(proxied):
    Cluster(connection_to("http://api.test", {})).get("Pod", "default", "web")

    assert [path for path, _, _ in proxied.asked] == ["http://api.test/api/v1/namespaces/default/pods/web"]
