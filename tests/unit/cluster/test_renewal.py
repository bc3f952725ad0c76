"""Credentials that change while a command runs, and plugins that are run no more than they have to be."""

from __future__ import annotations

import base64
import json
import ssl
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from scaling_group.cluster import plugins
from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import load_connection
from scaling_group.errors import Unreachable
from tests.unit.cluster.answering import ANSWER, POD, Server, connection_to
from tests.unit.cluster.test_tls import issue, secure, trusting

V1 = "client.authentication.k8s.io/v1"


def plugin(folder: Path, *lines: str, **fields: Any) -> dict[str, Any]:
    """Return a user whose plugin counts its runs, then does what its lines say."""
    program = folder / "get-token"
    program.write_text("\n".join(("#!/bin/sh", f"echo >> {folder}/runs", *lines)))
    program.chmod(stat.S_IRWXU)
    found = {"apiVersion": V1, "command": str(program), "interactiveMode": "Never", **fields}
    return {"exec": found}


def printing(**status: Any) -> str:
    return f"echo '{json.dumps({'apiVersion': V1, 'kind': 'ExecCredential', 'status': status})}'"


def runs(folder: Path) -> int:
    return len((folder / "runs").read_text().splitlines())


def get(cluster: Cluster) -> Any:
    return cluster.get("Pod", "default", "web")


def tokens(server: Server) -> list[str]:
    return [headers["Authorization"].removeprefix("Bearer ") for _, headers, _ in server.asked]


def test_a_token_file_is_read_again_behind_its_link(server, tmp_path):
    """The kubelet renews a projected token by pointing a link elsewhere."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "token").write_text(f"{name}\n")
    (tmp_path / "..data").symlink_to("first")
    (tmp_path / "token").symlink_to("..data/token")
    kubeconfig = connection_to(f"http://{server.address}", {"tokenFile": "token"}).kubeconfig
    (tmp_path / "config").write_text(yaml.safe_dump(kubeconfig))
    connection = load_connection(None, {"KUBECONFIG": str(tmp_path / "config")})
    cluster = Cluster(connection)

    get(cluster)
    (tmp_path / "new").symlink_to("second")
    (tmp_path / "new").rename(tmp_path / "..data")
    get(cluster)

    assert tokens(server) == ["first", "second"]
    assert connection.named("c")["users"][0]["user"] == {"tokenFile": str(tmp_path / "token")}


def test_a_token_file_that_is_not_there_is_said(server, tmp_path):
    with pytest.raises(Unreachable) as raised:
        get(Cluster(connection_to(f"http://{server.address}", {"tokenFile": str(tmp_path / "none")})))

    assert "the tokenFile of the kubeconfig cannot be read" in raised.value.detail


def test_a_plugin_is_run_once_for_all_threads(server, tmp_path):
    cluster = Cluster(connection_to(f"http://{server.address}", plugin(tmp_path, printing(token="t"))))
    together = threading.Barrier(4)

    def ask(_: int) -> Any:
        together.wait(10)
        return get(cluster)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == [POD] * 4
    assert runs(tmp_path) == 1


@pytest.mark.parametrize(("hours", "expected"), [(-1, 2), (1, 1)])
def test_a_plugin_is_run_again_when_its_credential_expires(server, tmp_path, hours, expected):
    until = (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
    user = plugin(tmp_path, printing(token="t", expirationTimestamp=until))
    cluster = Cluster(connection_to(f"http://{server.address}", user))

    get(cluster), get(cluster)

    assert runs(tmp_path) == expected


def test_a_credential_that_is_refused_is_renewed_once(server, tmp_path):
    lines = [f"n=$(wc -l < {tmp_path}/runs)", printing(token="T").replace("T", "'$n'")]
    cluster = Cluster(connection_to(f"http://{server.address}", plugin(tmp_path, *lines)))
    server.answers = [(401, b"", {}), (200, ANSWER, {})]

    assert get(cluster) == POD
    assert tokens(server) == ["1", "2"]

    server.answers = [(401, b'{"message": "Unauthorized"}', {})]
    with pytest.raises(Unreachable, match="refused the request"):
        get(cluster)
    assert tokens(server)[2:] == ["2", "3"]


def test_a_token_that_is_refused_and_cannot_be_renewed_is_sent_once(server):
    server.answers = [(401, b"", {})]

    with pytest.raises(Unreachable, match="refused the request"):
        get(Cluster(connection_to(f"http://{server.address}", {"token": "t"})))
    assert len(server.asked) == 1


def test_what_a_plugin_says_is_seen(server, tmp_path, capfd):
    """Where it signs somebody in on another device, that is how they learn the code."""
    user = plugin(tmp_path, "echo 'enter the code ABCD-1234' >&2", printing(token="t"))

    get(Cluster(connection_to(f"http://{server.address}", user)))

    assert capfd.readouterr().err == "enter the code ABCD-1234\n"


def test_a_plugin_that_gives_nothing_for_long_is_ended(server, tmp_path, monkeypatch):
    monkeypatch.setattr(plugins, "LONGEST", 0.2)
    user = plugin(tmp_path, "exec sleep 600")

    with pytest.raises(Unreachable) as raised:
        get(Cluster(connection_to(f"http://{server.address}", user)))

    assert "returned nothing within" in raised.value.detail


def test_a_plugin_that_asks_questions_needs_a_terminal(server, tmp_path):
    user = plugin(tmp_path, printing(token="t"), interactiveMode="Always")

    with pytest.raises(Unreachable) as raised:
        get(Cluster(connection_to(f"http://{server.address}", user)))

    assert raised.value.detail.endswith("but the standard input is not a terminal")
    assert not (tmp_path / "runs").exists()


def test_a_plugin_gives_a_certificate(server, tmp_path):
    authority = issue("ours", authority=True)
    secure(server, tmp_path, issue("api", authority), client=authority.pem)
    me = issue("me", authority)
    pair = {"clientCertificateData": me.pem.decode(), "clientKeyData": me.key_pem().decode()}
    user = plugin(tmp_path, printing(**pair).replace("\\n", "\\\\n"))

    cluster = Cluster(connection_to(f"https://{server.address}", user, **trusting(authority.pem)))

    assert get(cluster) == POD
    assert server.asked[0][1]["Authorization"] is None


def test_a_certificate_that_is_none_is_said(server, tmp_path):
    user = plugin(tmp_path, printing(clientCertificateData="c", clientKeyData="k"))

    with pytest.raises(Unreachable) as raised:
        get(Cluster(connection_to(f"https://{server.address}", user)))

    assert "the client certificate and its key cannot be used" in raised.value.detail


def test_a_plugin_is_left_alone_where_there_is_a_token(server, tmp_path):
    get(Cluster(connection_to(f"http://{server.address}", {"token": "t", **plugin(tmp_path)})))

    assert tokens(server) == ["t"]
    assert not (tmp_path / "runs").exists()


def test_who_a_plugin_signs_in_can_act_as_another(server, tmp_path):
    user = {**plugin(tmp_path, printing(token="t")), "as": "deployer", "as-groups": ["ml"]}

    get(Cluster(connection_to(f"http://{server.address}", user)))

    [(_, headers, _)] = server.asked
    assert (headers["Authorization"], headers["Impersonate-User"]) == ("Bearer t", "deployer")
    assert headers["Impersonate-Group"] == "ml"


def test_a_username_is_sent_with_its_password_or_without(server):
    for user in ({"username": "a", "password": "b"}, {"username": "a"}):
        get(Cluster(connection_to(f"http://{server.address}", user)))

    assert [headers["Authorization"] for _, headers, _ in server.asked] == ["Basic YTpi", "Basic YTo="]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"interactiveMode": None}, "no interactiveMode, which v1 requires"),
        ({"interactiveMode": "Sometimes"}, "the interactiveMode 'Sometimes'"),
        ({"apiVersion": "client.authentication.k8s.io/v1alpha1"}, "v1alpha1'; supported are client.auth"),
        ({"apiVersion": None}, "the apiVersion None"),
        ({"command": ""}, "command of the credential plugin of the user 'u'"),
    ],
)
def test_what_the_engine_would_refuse_of_a_plugin_is_refused(tmp_path, fields, said):
    user = plugin(tmp_path, **fields)
    (tmp_path / "config").write_text(yaml.safe_dump(connection_to("https://c", user).kubeconfig))

    with pytest.raises(Unreachable) as raised:
        load_connection(None, {"KUBECONFIG": str(tmp_path / "config")})

    assert said in raised.value.message


def test_the_engine_is_lent_what_a_plugin_gave_that_asks_questions(server, tmp_path, monkeypatch):
    """The engine has no terminal, and runs any other plugin itself."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    user = plugin(tmp_path, printing(token="t"), interactiveMode="Always", env=[{"name": "A", "value": "b"}])
    connection = connection_to(f"http://{server.address}", {**user, "as": "deployer"})

    get(Cluster(connection))

    assert connection.named("c")["users"][0]["user"] == {"token": "t", "as": "deployer"}
    assert runs(tmp_path) == 1


def test_the_engine_runs_any_other_plugin_itself(tmp_path):
    user = plugin(tmp_path, interactiveMode="IfAvailable")

    assert connection_to("https://c", user).named("c")["users"][0]["user"] == user


def test_a_certificate_of_a_plugin_is_lent_as_one(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    me = issue("me")
    pair = {"clientCertificateData": me.pem.decode(), "clientKeyData": me.key_pem().decode()}
    user = plugin(tmp_path, printing(**pair).replace("\\n", "\\\\n"), interactiveMode="Always")

    lent = connection_to("https://c", user).named("c")["users"][0]["user"]

    context = ssl.create_default_context()
    for field, name in (("client-certificate-data", "c"), ("client-key-data", "k")):
        (tmp_path / name).write_bytes(base64.b64decode(lent[field]))
    context.load_cert_chain(tmp_path / "c", tmp_path / "k")
