"""Drift: live objects that are not what the record says."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from scaling_group.manifests.group import objects
from scaling_group.rollout.drift import changed_by_others, drift, set_by_hand
from scaling_group.spec.group import environment_spec, group_spec

GATEWAY = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"}
ENVIRONMENT = environment_spec({"id": "abc123", "gateway": GATEWAY})
RENDERED = objects(group_spec({"image": "a:1", "name": "web", "port": 80}), ENVIRONMENT, "the-id", {})


def live() -> dict[str, Any]:
    """Return the objects as the API server holds them: with more than was rendered."""
    found = {item["kind"]: copy.deepcopy(item) for item in RENDERED}
    found["Deployment"]["spec"]["progressDeadlineSeconds"] = 600
    found["Deployment"]["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": "3"}
    found["Service"]["spec"]["clusterIPs"] = ["None"]
    return found


def test_what_the_api_server_fills_in_is_no_drift() -> None:
    assert drift(RENDERED, live()) == []


def container(found: dict[str, Any]) -> dict[str, Any]:
    return found["Deployment"]["spec"]["template"]["spec"]["containers"][0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda o: o["Deployment"]["spec"].update(replicas=5), "Deployment spec.replicas 1 → 5"),
        (
            lambda o: container(o).update(image="b:2"),
            "Deployment spec.template.spec.containers[0].image a:1 → b:2",
        ),
        (
            lambda o: o["Service"]["spec"]["ports"][0].update(targetPort=81),
            "Service spec.ports[0].targetPort 80 → 81",
        ),
        (
            lambda o: o["HTTPRoute"]["metadata"]["labels"].pop("chalk.ai/environment"),
            "HTTPRoute labels.chalk.ai/environment abc123 → (unset)",
        ),
        (lambda o: o.update(HTTPRoute=None), "HTTPRoute present → missing"),
    ],
)
def test_what_somebody_changed_is_named_with_both_values(change: Any, said: str) -> None:
    found = live()
    change(found)
    assert [str(each) for each in drift(RENDERED, found)] == [said]


def test_an_added_element_of_a_list_is_drift() -> None:
    found = live()
    found["HTTPRoute"]["spec"]["hostnames"].append("other.example.com")
    [change] = drift(RENDERED, found)
    assert change.field == "HTTPRoute spec.hostnames"


def owned(
    found: dict[str, Any], fields: dict[str, Any], manager: str = "pulumi-kubernetes-1f2e", **more: Any
) -> None:
    """Say in an object that a manager has set fields of it."""
    entry = {"manager": manager, "operation": "Apply", "time": "2026-01-02T03:04:05Z", "fieldsV1": fields}
    found["metadata"].setdefault("managedFields", []).append({**entry, **more})


def in_container(*fields: str) -> dict[str, Any]:
    """Return what managedFields say of fields of the group's container."""
    held: dict[str, Any] = {f"f:{field}": {} for field in fields}
    containers = {"f:containers": {'k:{"name":"main"}': {".": {}, **held}}}
    return {"f:spec": {"f:template": {"f:spec": containers}}}


def others(found: dict[str, Any], **asked: bool) -> list[str]:
    return [str(each) for each in changed_by_others(RENDERED, found, **asked)]


def test_a_field_that_is_still_ours_was_changed_by_admission_on_the_way() -> None:
    found = live()
    container(found).update(image="mirror.example.com/a:1")
    owned(found["Deployment"], in_container("image"))
    assert others(found) == []
    assert [each.after for each in drift(RENDERED, found)] == ["mirror.example.com/a:1"]
    assert set_by_hand(1, "a:1", found["Deployment"]) == []


def test_a_field_that_somebody_has_set_is_named_with_who_and_when() -> None:
    found = live()
    container(found).update(image="b:2")
    owned(found["Deployment"], in_container("name"))
    owned(found["Deployment"], in_container("image"), "kubectl-edit", operation="Update")
    said = "Deployment spec.template.spec.containers[0].image a:1 → b:2 (kubectl-edit, 2026-01-02T03:04:05Z)"
    assert others(found) == [said]
    assert [str(each) for each in set_by_hand(1, "a:1", found["Deployment"])] == [said]


def test_a_field_that_somebody_has_taken_away_is_nobodys() -> None:
    found = live()
    del found["Service"]["metadata"]["labels"]["chalk.ai/environment"]
    labels = {f"f:{key}": {} for key in found["Service"]["metadata"]["labels"]}
    owned(found["Service"], {"f:metadata": {"f:labels": labels}})
    assert others(found) == ["Service labels.chalk.ai/environment abc123 → (unset)"]
    owned(found["Service"], {"f:metadata": {"f:labels": {"f:chalk.ai/environment": {}}}})
    assert others(found) == [], "admission has not let it in"


def test_a_container_that_admission_adds_is_none_that_somebody_has_added() -> None:
    found = live()
    containers = found["Deployment"]["spec"]["template"]["spec"]["containers"]
    containers.append({"name": "istio-proxy", "image": "istio/proxyv2:1"})
    owned(found["Deployment"], in_container("image"))
    assert others(found) == []

    sidecar = {"f:containers": {'k:{"name":"istio-proxy"}': {".": {}, "f:image": {}}}}
    owned(found["Deployment"], {"f:spec": {"f:template": {"f:spec": sidecar}}}, "kubectl-edit")
    [added] = others(found)
    assert added.startswith("Deployment spec.template.spec.containers")


def test_an_element_of_a_set_that_somebody_has_taken_away_is_seen() -> None:
    found = live()
    [hostname] = found["HTTPRoute"]["spec"]["hostnames"]
    found["HTTPRoute"]["spec"]["hostnames"] = []
    owned(found["HTTPRoute"], {"f:spec": {"f:hostnames": {}}})
    assert others(found) == [], "a list that is owned as a whole is as it was applied"

    wanted = copy.deepcopy(RENDERED)
    next(o for o in wanted if o["kind"] == "HTTPRoute")["spec"]["hostnames"] = [hostname, "b.example.com"]
    found["HTTPRoute"]["spec"]["hostnames"] = [hostname]
    found["HTTPRoute"]["metadata"]["managedFields"] = []
    owned(found["HTTPRoute"], {"f:spec": {"f:hostnames": {f'v:"{hostname}"': {}}}})
    [gone] = changed_by_others(wanted, found)
    assert gone.field == "HTTPRoute spec.hostnames"


@pytest.mark.parametrize("manager", ["kube-controller-manager", "keda"])
def test_replicas_that_an_autoscaler_has_set_are_its_business(manager: str) -> None:
    found = live()
    found["Deployment"]["spec"]["replicas"] = 8
    replicas = {"f:spec": {"f:replicas": {}}}
    owned(found["Deployment"], {"f:spec": {"f:strategy": {}}})
    owned(found["Deployment"], replicas, manager, operation="Update", subresource="scale")
    assert others(found) == []
    assert others(found, autoscalers=True) == [
        f"Deployment spec.replicas 1 → 8 ({manager}, 2026-01-02T03:04:05Z)"
    ]
    assert set_by_hand(1, "a:1", found["Deployment"]) == []

    found["Deployment"]["metadata"]["managedFields"][-1]["manager"] = "kubectl"
    assert others(found) == ["Deployment spec.replicas 1 → 8 (kubectl, 2026-01-02T03:04:05Z)"]


@pytest.mark.parametrize(
    "entries",
    [None, "no list", [None, 1, {}], [{"manager": 1, "fieldsV1": [], "time": 3, "subresource": []}]],
)
def test_owners_of_another_form_hide_nothing(entries: Any) -> None:
    found = live()
    found["Deployment"]["spec"]["replicas"] = 8
    found["Deployment"]["metadata"]["managedFields"] = entries
    assert others(found) == ["Deployment spec.replicas 1 → 8"]


@pytest.mark.parametrize("key", ["k:{", "v:", "k:1", 'v:["a"]', "i:0", "", "f:0"])
def test_a_key_of_a_list_that_cannot_be_read_means_no_element(key: str) -> None:
    found = live()
    container(found).update(image="b:2")
    owned(found["Deployment"], {"f:spec": {"f:template": {"f:spec": {"f:containers": {key: {}}}}}})
    assert len(others(found)) == 1
