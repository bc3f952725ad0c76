"""Groups that the cluster alone reaches, and what a group has on demand: each comes and goes in place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.terminal import Terminal

pytestmark = pytest.mark.integration

TWO = """\
name: chat
image: my-registry/server:v1
port: 8000
route: private
peers: {EMBEDDINGS: embeddings}
service: cluster-ip
disruptions: {max_unavailable: 1}
min_ready: 1s
---
name: embeddings
image: my-registry/server:v1
port: 9000
route: private
"""


def variables(terminal: Terminal) -> dict[str, str]:
    [container] = terminal.objects("chat")["deployment"]["spec"]["template"]["spec"]["containers"]
    return {each["name"]: each["value"] for each in container["env"]}


def found(terminal: Terminal) -> set[str]:
    kinds = "services,httproutes,poddisruptionbudgets"
    names = terminal.kubectl("get", kinds, "-l", "app.kubernetes.io/name=chat", "-o", "name").split()
    return {name.replace(".gateway.networking.k8s.io", "").replace(".policy", "") for name in names}


def test_a_private_group_lives_without_a_gateway_and_changes_in_place(
    terminal: Terminal, tmp_path: Path
) -> None:
    settings = tmp_path / "private.toml"
    settings.write_text(
        f'environment = "{terminal.environment}"\nnamespace = "{terminal.namespace}"\n', encoding="utf-8"
    )
    groups = tmp_path / "groups.yaml"
    groups.write_text(TWO, encoding="utf-8")
    alone = terminal.with_variables(SCALING_GROUP_CONFIG=str(settings))

    applied = alone.group("apply", "-f", str(groups))
    assert applied.returncode == 0, applied.stderr
    assert alone.group("apply", "-f", str(groups), "--dry-run", "--exit-code").returncode == 0
    assert variables(terminal)["EMBEDDINGS"] == f"embeddings.{terminal.namespace}.svc:9000"
    second = "service/chat-cluster-ip"
    assert found(terminal) == {"service/chat", second, "poddisruptionbudget/chat"}

    listed = {each["name"]: (each["status"], each["url"]) for each in alone.data("list")}
    assert listed == {"chat": ("Available", ""), "embeddings": ("Available", "")}
    seen = alone.data("get", "chat")
    assert (seen["address"], seen["urls"], seen["drift"]) == (
        f"chat-cluster-ip.{terminal.namespace}.svc:8000",
        [],
        [],
    )
    refused = alone.group("get", "chat", "--probe")
    assert "chat is private, so it has no URL" in refused.stderr
    assert alone.group("create", "web", "--image=a/b:1", "--port=80").returncode == 2

    # With a gateway it becomes public, and goes back, without a new pod.
    pods = {pod["metadata"]["uid"] for pod in terminal.pods()}
    planned = terminal.group("update", "chat", "--route=public", "--service=headless", "--dry-run")
    assert "HTTPRoute" in planned.stdout
    assert "chat-cluster-ip" in planned.stdout
    public = terminal.data("update", "chat", "--route=public", "--service=headless")
    assert public["url"].startswith("https://")
    assert found(terminal) == {"service/chat", "httproute/chat", "poddisruptionbudget/chat"}
    private = terminal.data("update", "chat", "--route=private", "--unset=disruptions")
    assert (private["status"], private["url"]) == ("Available", "")
    assert found(terminal) == {"service/chat"}
    terminal.data("rollback", "chat", "--to=1")
    assert found(terminal) == {"service/chat", second, "poddisruptionbudget/chat"}
    assert {pod["metadata"]["uid"] for pod in terminal.pods()} == pods

    terminal.data("delete", "chat")
    terminal.data("delete", "embeddings")
    assert terminal.kubectl("get", "services,httproutes,poddisruptionbudgets", "-o", "name") == ""


def test_what_somebody_else_has_made_is_refused_before_anything_is_changed(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait")
    taken: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web-cluster-ip"},
        "spec": {"ports": [{"port": 80}]},
    }
    terminal.kubectl("apply", "-f", "-", stdin=json.dumps(taken))

    refused = terminal.group("update", "web", "--service=cluster-ip")
    assert (refused.returncode, "web-cluster-ip does not belong to this group" in refused.stderr) == (4, True)
    assert terminal.data("get", "web")["revision"] == 1
    missing = terminal.group("update", "web", "--peer=OTHER=other")
    assert (missing.returncode, "there is no such group" in missing.stderr) == (3, True)
