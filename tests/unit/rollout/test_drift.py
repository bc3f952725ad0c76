"""Drift: live objects that are not what the record says."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from scaling_group.manifests.group import objects
from scaling_group.rollout.drift import drift
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
