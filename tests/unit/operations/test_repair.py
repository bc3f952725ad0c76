"""What the engine does not see of changes by hand, and how it is told before."""

from __future__ import annotations

from typing import Any

from scaling_group.operations.context import AllowedSpec
from scaling_group.operations.observed import ObservedGroup, observe
from scaling_group.operations.planning import plan_change, plan_creation, plan_deletion
from scaling_group.operations.repair import MANAGER, manager_of, repair
from scaling_group.records import Step
from tests.unit.operations.fakes import FakeCluster, FakeReader, FakeState, context_of, objects_of, record_of

RECORD = record_of()
ENGINE = "pulumi-kubernetes-54adbd85"


def managed(found: dict[str, Any], *annotations: str) -> dict[str, Any]:
    """Return an object as the engine has applied it, with these annotations."""
    owned = {f"f:{key}": {} for key in annotations}
    entries = [
        {"manager": "kubectl-edit", "operation": "Update"},
        {"manager": "someone", "operation": "Apply"},
        {"manager": ENGINE, "operation": "Apply", "fieldsV1": {"f:metadata": {"f:annotations": owned}}},
    ]
    held = {**found["metadata"].get("annotations", {}), "pulumi.com/skipAwait": "true", "theirs": "1"}
    return {**found, "metadata": {**found["metadata"], "managedFields": entries, "annotations": held}}


def cluster_with(route_hosts: list[str]) -> FakeCluster:
    deployment, service, route = objects_of(RECORD)
    route = {**managed(route, "pulumi.com/skipAwait"), "spec": {**route["spec"], "hostnames": route_hosts}}
    return FakeCluster(managed(deployment), service, route)


def group_in(cluster: FakeCluster) -> ObservedGroup:
    reader = FakeReader({"inference": FakeState(RECORD, exists=True, live=True)})
    return observe(context_of(reader, cluster), "inference")


def applied(cluster: FakeCluster) -> list[tuple[str, ...]]:
    return [call[1:] for call in cluster.calls if call[0] == "apply"]


def test_what_still_differs_is_applied_as_the_engine_would():
    cluster = cluster_with(["a.example.com", "b.example.com"])

    repair(cluster, RECORD)

    assert applied(cluster) == [("HTTPRoute", ENGINE, "")]
    route = cluster.get("HTTPRoute", "default", "inference")
    assert route["spec"]["hostnames"] == ["abc123-inference.gw.example.com"]
    assert route["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true"}


def test_what_is_as_it_should_be_or_missing_is_left_alone():
    cluster = FakeCluster(*objects_of(RECORD)[:2])

    repair(cluster, RECORD)

    assert applied(cluster) == []


def test_an_object_of_nobody_is_applied_under_our_own_name():
    assert manager_of(objects_of(RECORD)[0]) == MANAGER


def test_a_plan_asks_for_each_object_and_changes_none():
    cluster = cluster_with(["a.example.com"])
    before = list(cluster.objects)

    plan = plan_change(cluster, group_in(cluster), AllowedSpec(RECORD.spec, RECORD.environment))

    assert [each.action for each in plan.objects] == [Step.UNCHANGED, Step.UNCHANGED, Step.UPDATE]
    assert plan.action is Step.UPDATE
    assert not plan.changes
    assert applied(cluster) == [
        ("Deployment", ENGINE, "dry run"),
        ("Service", MANAGER, "dry run"),
        ("HTTPRoute", ENGINE, "dry run"),
    ]
    assert cluster.objects == before


def test_nothing_to_change_is_a_plan_of_its_own():
    cluster = FakeCluster(*objects_of(RECORD))

    plan = plan_change(cluster, group_in(cluster), AllowedSpec(RECORD.spec, RECORD.environment))

    assert plan.action is Step.UNCHANGED


def test_creation_and_deletion_name_every_object():
    created = plan_creation(FakeCluster(), RECORD)
    deleted = plan_deletion(group_in(FakeCluster(*objects_of(RECORD))))

    assert {each.action for each in created.objects} == {Step.CREATE}
    assert {each.action for each in deleted.objects} == {Step.DELETE}
    assert len(created.objects) == len(deleted.objects) == 3
