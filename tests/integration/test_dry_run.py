"""--dry-run and diff --live: what would change, as the API server answers it, and nothing changed."""

from __future__ import annotations

import json

import pytest

from tests.integration.terminal import Terminal

pytestmark = pytest.mark.integration

WEB = ("--name=web", "--image=my-registry/server:v1", "--port=8080")


def actions(plan: dict) -> dict[str, str]:
    return {each["kind"]: each["action"] for each in plan["objects"]}


def test_a_create_that_is_only_tried_makes_nothing(terminal: Terminal) -> None:
    done = terminal.group("create", *WEB, "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "web: would create"
    assert f"Deployment {terminal.namespace}/web: would create" in done.stdout
    assert terminal.names() == []
    assert terminal.data("list", "--include-deleted") == []
    assert terminal.group("create", *WEB, "--dry-run", "--exit-code").returncode == 10


def test_what_the_api_server_would_refuse_is_said_before(terminal: Terminal) -> None:
    terminal.quota("no-services", "services=0")
    done = terminal.group("create", *WEB, "--dry-run")
    assert done.returncode == 1
    assert "the API server refuses the Service web" in done.stderr
    assert "exceeded quota: no-services" in done.stderr


def test_the_plan_of_an_update_is_what_the_update_does(terminal: Terminal) -> None:
    terminal.create("web", "--tags=team=ml", "--env=MODE=slow")
    before = terminal.objects("web")
    flags = ("update", "web", "--replicas=2", "--untag=team", "--unset=env", "--memory=2Gi")
    plan = terminal.data(*flags, "--dry-run")
    assert {change["field"] for change in plan["changes"]} == {"replicas", "tags.team", "env.MODE", "memory"}
    assert actions(plan) == {"Deployment": "update", "Service": "update", "HTTPRoute": "update"}
    assert plan["replaces_pods"]
    assert terminal.objects("web") == before
    assert len(terminal.data("history", "web")) == 1

    terminal.data(*flags)
    after = terminal.objects("web")
    planned = {change["field"]: change["after"] for change in plan["objects"][0]["changes"]}
    container = after["deployment"]["spec"]["template"]["spec"]["containers"][0]
    where = "spec.template.spec.containers[0]"
    assert planned["spec.replicas"] == after["deployment"]["spec"]["replicas"] == 2
    assert planned[f"{where}.resources.limits.memory"] == container["resources"]["limits"]["memory"] == "2Gi"
    assert planned[f"{where}.env"] is None
    assert "env" not in container
    assert planned["labels.chalk.ai/tag-team"] is None
    assert "chalk.ai/tag-team" not in after["deployment"]["metadata"]["labels"]

    same = terminal.group(*flags[:3], "--dry-run", "--exit-code")
    assert (same.returncode, same.stdout) == (0, "web: nothing to change\n")


def test_changes_by_hand_are_in_the_plan_and_in_the_live_difference(terminal: Terminal) -> None:
    terminal.create("web")
    assert terminal.group("diff", "--name=web", "--live").stdout == ""
    terminal.kubectl("scale", "deployment", "web", "--replicas=3")
    terminal.kubectl("delete", "service", "web")
    assert terminal.group("diff", "--name=web", "--live").stdout.splitlines() == [
        "Deployment spec.replicas 1 → 3 (kubectl)",
        "Service present → missing",
    ]
    plan = json.loads(terminal.group("update", "web", "--dry-run", "--exit-code", "-o", "json").stdout)
    assert plan["changes"] == []
    assert actions(plan) == {"Deployment": "update", "Service": "create", "HTTPRoute": "unchanged"}
    assert plan["objects"][0]["changes"] == [{"field": "spec.replicas", "before": 3, "after": 1}]


def test_rollback_and_delete_are_planned_and_refused_as_they_are_carried_out(terminal: Terminal) -> None:
    terminal.create("web")
    assert terminal.group("rollback", "web", "--dry-run").returncode == 3
    terminal.data("update", "web", "--replicas=2")
    rollback = terminal.data("rollback", "web", "--dry-run")
    assert rollback["changes"] == [{"field": "replicas", "before": 2, "after": 1}]
    assert not rollback["replaces_pods"]
    assert set(actions(terminal.data("delete", "web", "--dry-run")).values()) == {"delete"}
    assert terminal.group("delete", "web", "--dry-run", "--exit-code").returncode == 10
    assert terminal.group("delete", "none", "--dry-run").returncode == 3
    assert terminal.group("create", *WEB, "--dry-run").returncode == 4
    assert terminal.group("update", "web", "--exit-code").returncode == 2
    assert terminal.data("get", "web")["replicas"]["desired"] == 2


def test_a_service_that_somebody_made_anew_survives_a_delete(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait")
    terminal.kubectl("delete", "service", "web")
    terminal.kubectl("create", "service", "clusterip", "web", "--tcp=80")
    done = terminal.group("delete", "web")
    assert done.returncode == 4
    assert f"the Service {terminal.namespace}/web does not belong to this group" in done.stderr
    assert set(terminal.objects("web")) == {"deployment", "service", "httproute"}


def test_what_somebody_added_is_planned_and_taken_back(terminal: Terminal) -> None:
    terminal.create("web", "--env=MODE=slow")
    [pod] = terminal.pods()
    patch = '[{"op": "add", "path": "/spec/hostnames/-", "value": "foo.example.com"}]'
    terminal.kubectl("patch", "httproute", "web", "--type=json", "-p", patch)
    plan = terminal.data("update", "web", "--dry-run")
    assert actions(plan) == {"Deployment": "unchanged", "Service": "unchanged", "HTTPRoute": "update"}
    assert [change["field"] for change in plan["objects"][2]["changes"]] == ["spec.hostnames"]
    terminal.data("update", "web", "--replicas=2")
    assert len(terminal.objects("web")["httproute"]["spec"]["hostnames"]) == 1
    assert pod["metadata"]["uid"] in [each["metadata"]["uid"] for each in terminal.pods()]

    terminal.kubectl("set", "env", "deployment/web", "ADDED=1")
    plan = terminal.data("update", "web", "--dry-run")
    assert actions(plan)["Deployment"] == "update"
    terminal.data("update", "web")
    assert terminal.data("get", "web")["drift"] == []
    assert terminal.group("update", "web", "--dry-run", "--exit-code").returncode == 0
