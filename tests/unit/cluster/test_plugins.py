"""Credential plugins: run as kubectl runs them, and said what is wrong where they cannot be."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import psutil
import pytest

from scaling_group.cluster.client import Cluster
from scaling_group.errors import Unreachable
from tests.unit.cluster.answering import POD, connection_to
from tools.local_cluster.certificates import API_AUTHORITY, ensure_certificates

BETA, V1 = "client.authentication.k8s.io/v1beta1", "client.authentication.k8s.io/v1"


def credential(version: str = BETA, **status: Any) -> dict[str, Any]:
    return {"apiVersion": version, "kind": "ExecCredential", "status": status}


CREDENTIAL = credential(token="from-the-plugin")


@pytest.fixture(autouse=True)
def without_proxies(monkeypatch):
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


def plugin(
    folder: Path, printed: dict[str, Any] | str = CREDENTIAL, code: int = 0, **fields: Any
) -> dict[str, Any]:
    """Make a plugin that notes what it is told; return the user of a kubeconfig that has it."""
    text = printed if isinstance(printed, str) else json.dumps(printed)
    program = folder / "plugin"
    program.write_text(
        f"""#!/bin/sh
printf %s "$KUBERNETES_EXEC_INFO" > {folder}/told
echo "not logged in" >&2
printf %s '{text}'
exit {code}
"""
    )
    program.chmod(0o700)
    return {"exec": {"apiVersion": BETA, "command": str(program), "args": None, "env": None, **fields}}


def told(folder: Path) -> Any:
    return json.loads((folder / "told").read_text())


@pytest.mark.parametrize("version", [BETA, V1])
def test_a_plugin_of_either_version_gives_the_token(server, tmp_path, version):
    printed = credential(version, token="from-the-plugin")
    user = plugin(tmp_path, printed, apiVersion=version, interactiveMode="Never")
    cluster = Cluster(connection_to(f"http://{server.address}", user))

    assert cluster.get("Pod", "default", "web") == POD
    [(_, headers, _)] = server.asked
    assert headers["Authorization"] == "Bearer from-the-plugin"
    assert told(tmp_path) == {"apiVersion": version, "kind": "ExecCredential", "spec": {"interactive": False}}


def test_a_plugin_that_wants_to_is_told_of_the_cluster(server, tmp_path):
    extensions = [
        {"name": "minikube", "extension": {"a": 1}},
        {"name": "client.authentication.k8s.io/exec", "extension": {"role": "admin"}},
    ]
    ensure_certificates(tmp_path, "gw.test")
    authority = tmp_path / f"{API_AUTHORITY}.crt"
    url = f"http://{server.address}"
    more = {"certificate-authority": str(authority), "extensions": extensions}
    user = plugin(tmp_path, provideClusterInfo=True)

    assert Cluster(connection_to(url, user, **more)).get("Pod", "default", "web") == POD
    assert told(tmp_path)["spec"]["cluster"] == {
        "server": url,
        "certificate-authority-data": base64.b64encode(authority.read_bytes()).decode(),
        "config": {"role": "admin"},
    }


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param(
            {"command": "/not/there"}, "/not/there cannot be run: No such file or directory", id="absent"
        ),
        pytest.param({"command": "gone"}, "gone cannot be run: it is not on the PATH", id="not on the PATH"),
        pytest.param(
            {"command": "gone", "installHint": "Run: brew install gone"}, "brew install gone", id="hint"
        ),
        pytest.param({"code": 1}, "plugin ended with exit code 1; its own message is above", id="fails"),
        pytest.param({"printed": credential(clientCertificateData="c")}, "neither a token nor", id="no key"),
        pytest.param({"printed": credential()}, "returned neither a token nor a certificate", id="nothing"),
        pytest.param({"printed": {}}, "is not a credential", id="no status"),
        pytest.param({"printed": {"status": None}}, "is not a credential", id="empty status"),
        pytest.param({"printed": "Welcome!"}, "is not a credential", id="no JSON"),
        pytest.param({"printed": credential(expirationTimestamp="x")}, "is not a credential", id="no time"),
        pytest.param({"apiVersion": V1}, "v1beta1' instead of", id="version"),
    ],
)
def test_what_is_wrong_with_a_plugin_is_said(server, tmp_path, fields, said):
    user = plugin(tmp_path, **fields)

    with pytest.raises(Unreachable, match="cannot reach cluster") as raised:
        Cluster(connection_to(f"http://{server.address}", user)).get("Pod", "default", "web")

    assert said in raised.value.detail
    assert server.asked == []


def test_a_plugin_is_given_its_variables(server, tmp_path):
    answer = json.dumps(credential(token="T")).replace("T", "'$TOKEN'")
    user = plugin(tmp_path, answer, env=[{"name": "TOKEN", "value": "t"}])

    Cluster(connection_to(f"http://{server.address}", user)).get("Pod", "default", "web")

    [(_, headers, _)] = server.asked
    assert headers["Authorization"] == "Bearer t"


def test_a_plugin_that_prints_without_end_is_ended_and_said(server, tmp_path):
    user = plugin(tmp_path)
    program = Path(user["exec"]["command"])
    # By itself it would end too, but not before it has printed far more than anybody keeps.
    program.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec head -c 200000000 /dev/zero\n")

    with pytest.raises(Unreachable) as raised:
        Cluster(connection_to(f"http://{server.address}", user)).get("Pod", "default", "web")

    assert "printed more than 1048576 bytes and was stopped" in raised.value.detail
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))
    assert server.asked == []
