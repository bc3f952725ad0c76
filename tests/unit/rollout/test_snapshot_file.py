"""Snapshots written and read again, and the files that people send instead."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from scaling_group.errors import InvalidInput
from scaling_group.rollout.snapshot import ABSENT, Snapshot
from scaling_group.rollout.snapshot_file import snapshot_data, snapshot_of
from tests.unit.rollout.recordings import SCENARIOS, moments, served_route

CRASHED = moments("crash-loop")[-1].data
GATEWAY = {"kind": "Gateway", "metadata": {"name": "gateway", "namespace": "gateway-system"}}
TAKEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_recording_survives_being_written_and_read(scenario: str) -> None:
    for moment in moments(scenario):
        seen = snapshot_of(moment.data)

        assert seen.deployment == moment.deployment, moment
        assert snapshot_of(json.loads(json.dumps(snapshot_data(seen, with_env=True)))) == seen, moment


def test_what_is_absent_and_what_nobody_asked_for_stay_apart() -> None:
    seen = Snapshot(CRASHED["deployment"], route=ABSENT, service=None, gateway=GATEWAY, taken=TAKEN)
    data = snapshot_data(seen)

    assert (data["route"], "service" in data) == (None, False)
    assert snapshot_of(json.loads(json.dumps(data))) == Snapshot(
        CRASHED["deployment"],
        replica_sets=[],
        pods=[],
        events=[],
        claims=[],
        nodes=[],
        endpoint_slices=[],
        autoscalers=[],
        other_routes=[],
        backend_policies=[],
        grants=[],
        certificate_names=[],
        route=ABSENT,
        gateway=GATEWAY,
        taken=TAKEN,
    )


def test_who_set_which_field_is_not_written() -> None:
    deployment = copy.deepcopy(CRASHED["deployment"])
    deployment["metadata"]["managedFields"] = [{"manager": "kubectl"}]

    assert "managedFields" not in json.dumps(snapshot_data(Snapshot(deployment, pods=[deployment])))


def test_a_recording_tells_its_time_by_the_deployments_age() -> None:
    created = datetime(2026, 11, 23, 23, 42, 13, tzinfo=UTC)

    assert CRASHED["elapsedSeconds"] == pytest.approx((snapshot_of(CRASHED).taken - created).total_seconds())
    assert snapshot_of({**CRASHED, "elapsedSeconds": None}).taken is None


def kind(found: dict[str, Any], name: str) -> dict[str, Any]:
    return {**found, "kind": name}


def listed(*more: dict[str, Any]) -> dict[str, Any]:
    """Return the objects of the recording as one List, and others with them."""
    items = [CRASHED["deployment"]]
    items += [kind(o, "ReplicaSet") for o in CRASHED["replicaSets"]]
    items += [kind(o, "Pod") for o in CRASHED["pods"]]
    items += [kind(o, "Event") for o in CRASHED["events"]]
    return {"kind": "List", "apiVersion": "v1", "items": [*items, *more]}


def test_a_list_of_objects_holds_the_same() -> None:
    seen, same = snapshot_of(listed()), snapshot_of(CRASHED)

    assert [o["metadata"]["name"] for o in seen.pods] == [o["metadata"]["name"] for o in same.pods]
    assert [o["metadata"]["name"] for o in seen.events] == [o["metadata"]["name"] for o in same.events]
    assert (seen.route, seen.taken) == (None, None)


def test_a_list_keeps_the_gateway_of_the_groups_route_and_leaves_the_others_out() -> None:
    route = {**served_route(), "kind": "HTTPRoute"}
    route["metadata"] = {"name": "crash-loop", "namespace": "crash-loop"}
    route["spec"] = {"parentRefs": [{"name": "gateway", "namespace": "gateway-system"}]}
    gateway = {**GATEWAY, "spec": {"gatewayClassName": "traefik"}}
    classes = [{"kind": "GatewayClass", "metadata": {"name": name}} for name in ("other", "traefik")]
    another = {"kind": "Gateway", "metadata": {"name": "gateway", "namespace": "elsewhere"}}
    stranger = {
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": "crash-loop", "labels": {"app": "web"}},
    }
    seen = snapshot_of(listed(another, stranger, gateway, *classes, route))

    assert (seen.route, seen.gateway, seen.gateway_class) == (route, gateway, classes[1])
    assert len(seen.pods) == 1


def test_the_one_group_among_many_deployments_is_meant() -> None:
    other = {"kind": "Deployment", "metadata": {"name": "other", "namespace": "crash-loop"}}
    group = copy.deepcopy(CRASHED["deployment"])
    group["metadata"].setdefault("labels", {})["app.kubernetes.io/managed-by"] = "scaling-group"

    assert snapshot_of({"kind": "List", "items": [other, group]}).deployment == group
    with pytest.raises(InvalidInput, match="hold 2 groups: crash-loop/crash-loop, crash-loop/other"):
        snapshot_of(listed(other))
    assert snapshot_of(listed(other), name="other").deployment == other
    with pytest.raises(InvalidInput, match="hold nothing of web"):
        snapshot_of(listed(other), name="web")


def test_items_of_a_typed_list_have_its_kind() -> None:
    bare = {key: value for key, value in CRASHED["deployment"].items() if key != "kind"}

    assert snapshot_of({"kind": "DeploymentList", "items": [bare]}).deployment["kind"] == "Deployment"
    assert snapshot_of({**bare, "kind": "Deployment"}).deployment == {**bare, "kind": "Deployment"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "one JSON object"),
        ("x", "one JSON object"),
        ({}, "neither a snapshot nor a List"),
        ({"kind": "Pod"}, "the document is not a Kubernetes object"),
        ({"kind": "Node", "metadata": {"name": "x"}}, "hold nothing of a group"),
        ({"items": []}, "hold nothing of a group"),
        ({"items": None}, "hold nothing of a group"),
        ({"items": [None]}, "hold nothing of a group"),
        ({"items": 3}, "items of the List is not a list"),
        ({"items": ["x"]}, r"items\[0\] is not a Kubernetes object"),
        ({"items": [{}] * 200_001}, "has 200001 items; at most 200000 are read"),
        ({"deployment": CRASHED["deployment"], "version": 2}, "of version 2; this program reads version 1"),
        ({"deployment": CRASHED["deployment"], "version": "1" * 99}, "of version '1{19}; this program"),
        ({"deployment": None}, "deployment is not a Kubernetes object"),
        ({"deployment": {"metadata": {}}}, "deployment is not a Kubernetes object"),
        ({"deployment": CRASHED["deployment"], "pods": {}}, "pods of the snapshot is not a list"),
        ({"deployment": CRASHED["deployment"], "pods": [3]}, r"pods\[0\] is not a Kubernetes object"),
        ({"deployment": CRASHED["deployment"], "route": "x"}, "route is not a Kubernetes object"),
    ],
)
def test_a_file_that_is_neither_is_refused(data: Any, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        snapshot_of(data)


def test_a_snapshot_says_what_is_in_it_and_leaves_values_of_variables_out() -> None:
    deployment = copy.deepcopy(CRASHED["deployment"])
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    reference = {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}
    container["env"] = [{"name": "PASSWORD", "value": "hunter2"}, {"name": "EMPTY"}, reference]
    record = {"chalk.ai/record": "hunter2", "kubectl.kubernetes.io/last-applied-configuration": "hunter2"}
    deployment["metadata"]["annotations"] = {**record, "deployment.kubernetes.io/revision": "1"}
    seen = Snapshot(deployment, pods=[{"metadata": {"name": "a"}, "spec": {"initContainers": [container]}}])

    data = snapshot_data(seen)
    assert "hunter2" not in json.dumps(data)
    kept = data["deployment"]["spec"]["template"]["spec"]["containers"][0]["env"]
    assert kept == [{"name": "PASSWORD", "value": "(left out)"}, {"name": "EMPTY"}, reference]
    assert data["deployment"]["metadata"]["annotations"] == {"deployment.kubernetes.io/revision": "1"}
    assert data["version"] == 1
    assert data["about"][0] == "It holds 1 Deployment, 1 Pod, and the last log lines of 0 Pod."
    assert "plain values of variables are left out" in data["about"][1]

    whole = snapshot_data(seen, with_env=True)
    assert json.dumps(whole).count("hunter2") == 4
    assert "plain values of variables are in it" in whole["about"][1]
