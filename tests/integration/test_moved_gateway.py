"""The settings name another gateway than the one that a group has."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.terminal import Terminal

pytestmark = pytest.mark.integration


def hostnames(terminal: Terminal) -> Any:
    return terminal.objects("web")["httproute"]["spec"]["hostnames"]


def test_a_group_moves_to_the_gateway_that_the_settings_name(terminal: Terminal) -> None:
    terminal.create("web")
    old, new = (f"{terminal.environment}-web.{domain}" for domain in ("gw.localhost", "new.gw.localhost"))
    moved = terminal.with_variables(SCALING_GROUP_GATEWAY_DOMAIN="new.gw.localhost")
    (terminal.folder / "web.yaml").write_text(terminal.group("export", "web").stdout)

    plan = moved.data("update", "web", "--dry-run")
    change = {"field": "gateway.domain", "before": "gw.localhost", "after": "new.gw.localhost"}
    assert (plan["action"], plan["changes"], plan["replaces_pods"]) == ("update", [change], False)
    [applied] = moved.data("apply", "-f", "web.yaml")
    assert (applied["action"], applied["group"]["url"]) == ("update", f"https://{new}")
    assert hostnames(terminal) == [new]
    assert terminal.data("history", "web")[0]["change"] == "gateway.domain gw.localhost → new.gw.localhost"
    assert [each["action"] for each in moved.data("apply", "-f", "web.yaml")] == ["unchanged"]

    said = terminal.group("update", "web").stderr
    assert "updating web: gateway.domain new.gw.localhost → gw.localhost\n" in said
    assert hostnames(terminal) == [old]

    assert moved.data("rollback", "web", "--to=1")["url"] == f"https://{new}"
    moved.group("delete", "web")
    assert terminal.data("restore", "web")["url"] == f"https://{old}"
    assert hostnames(terminal) == [old]

    lost = terminal.with_variables(SCALING_GROUP_GATEWAY_NAME="nowhere").group("update", "web")
    assert lost.returncode == 3, lost.stderr
    assert "nowhere" in lost.stderr
