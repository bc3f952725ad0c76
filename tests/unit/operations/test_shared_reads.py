"""What is asked of the API server for many groups that are as they should be: the same as for a few."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scaling_group.errors import Forbidden, Unreachable, Unreadable
from scaling_group.manifests.inputs import GroupInputs
from scaling_group.manifests.service import service
from scaling_group.operations.apply import Apply
from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.context import Context
from scaling_group.operations.gather import own_labels
from scaling_group.operations.protocols import ClusterReader, Object
from scaling_group.operations.shared_reads import sharing
from scaling_group.reads import ANY_VALUE, MOST_NAMED, Labels, label_selector
from scaling_group.records import Record, Step
from tests.unit.operations.fakes import (
    ENVIRONMENT,
    UID,
    FakeCluster,
    FakeReader,
    FakeState,
    context_of,
    objects_of,
    pod_of,
    record_of,
)

NO_WAIT = ChangeOptions("ada@here", None)
#: What is listed of groups that have nothing special: each kind once.
LISTED = [
    "Deployment",
    "EndpointSlice",
    "HTTPRoute",
    "HorizontalPodAutoscaler",
    "Pod",
    "ReplicaSet",
    "Service",
]


class Unlisted(FakeCluster):
    """Objects of these kinds may be read one by one alone."""

    unlisted = frozenset({"Deployment", "Service", "HTTPRoute"})

    def list_objects(self, kind: str, namespace: str, labels: Labels | None = None) -> list[Object]:
        if kind in self.unlisted:
            self.calls.append(("list", kind, namespace))
            raise Forbidden("may not be listed")
        return super().list_objects(kind, namespace, labels)


def groups(count: int, **changes: Any) -> list[Record]:
    return [record_of(f"group-{n}", **changes) for n in range(count)]


def holding(
    records: list[Record], cluster_of: Callable[..., FakeCluster] = FakeCluster
) -> tuple[Context, FakeCluster]:
    cluster = cluster_of(*(each for record in records for each in objects_of(record)))
    states = {each.name: FakeState(each, exists=True, live=True) for each in records}
    return context_of(FakeReader(states), cluster), cluster


def steps(context: Context, records: list[Record]) -> set[Step]:
    return {each.step for each in Apply([each.spec for each in records], NO_WAIT, 1).plan(context)}


@pytest.mark.parametrize("count", [2, MOST_NAMED + 1, 3 * MOST_NAMED])
def test_groups_that_stay_as_they_are_are_read_by_one_list_a_kind(count: int):
    records = groups(count)
    context, cluster = holding(records)

    assert steps(context, records) == {Step.UNCHANGED}
    assert sorted(cluster.calls) == [("list", kind, "default") for kind in LISTED]


def test_private_groups_are_no_exception():
    records = groups(20, spec_route="private")
    context, cluster = holding(records)

    assert steps(context, records) == {Step.UNCHANGED}
    assert [call for call in cluster.calls if call[0] == "get"] == []


def test_only_an_object_that_is_not_there_is_asked_for_by_its_name():
    records = groups(20)
    context, cluster = holding(records)
    cluster.remove("group-7", "Service")

    planned = Apply([each.spec for each in records], NO_WAIT, 1).plan(context)

    assert [each.spec.name for each in planned if each.step is Step.UPDATE] == ["group-7"]
    assert [call for call in cluster.calls if call[0] == "get"] == [("get", "Service", "default", "group-7")]


def test_who_may_get_and_not_list_is_answered_too():
    records = groups(3)
    context, cluster = holding(records, Unlisted)

    assert steps(context, records) == {Step.UNCHANGED}
    asked = [call[1:] for call in cluster.calls if call[0] == "get"]
    assert sorted(asked) == sorted(
        (kind, "default", each.name) for kind in Unlisted.unlisted for each in records
    )
    assert sum(call[0] == "list" and call[1] in Unlisted.unlisted for call in cluster.calls) == 3


def test_pods_that_may_not_be_read_stop_a_plan_as_they_stop_a_single_group():
    records = groups(3)
    context, cluster = holding(records)
    cluster.forbidden.add("Pod")

    with pytest.raises(Unreadable, match="Pod may not be read"):
        steps(context, records)


def shared(cluster: FakeCluster, *records: Record) -> ClusterReader:
    return sharing(cluster, ENVIRONMENT, records)


def test_answers_are_those_of_the_cluster():
    one, two, other = record_of("one"), record_of("two"), record_of("other")
    pods = [pod_of(one), pod_of(two), pod_of(other)]
    cluster = FakeCluster(*objects_of(one), *objects_of(two), *objects_of(other), *pods)
    look = shared(cluster, one, two)

    for record in (one, two, other):
        assert look.get("Deployment", "default", record.name) == objects_of(record)[0]
        assert look.list_objects("Pod", "default", own_labels(record)) == [pod_of(record)]
    assert look.get("Deployment", "default", "nobody") is None
    assert look.namespace_uid("default") == UID
    assert look.list_objects("Pod", "default") == pods


def test_what_was_asked_once_is_answered_as_it_was_then():
    one, other = record_of("one"), record_of("other")
    cluster = FakeCluster(*objects_of(one), *objects_of(other))
    look = shared(cluster, one)
    before = [look.get("Service", "default", name) for name in ("one", "other", "nobody")]
    cluster.remove("one")
    cluster.remove("other")

    assert [look.get("Service", "default", name) for name in ("one", "other", "nobody")] == before


def test_what_is_in_another_namespace_is_no_groups_of_this_one():
    one = record_of("one")
    elsewhere = [
        {**found, "metadata": {**found["metadata"], "namespace": "elsewhere"}} for found in objects_of(one)
    ]
    cluster = FakeCluster(*objects_of(one), *elsewhere)
    look = shared(cluster, one)

    assert look.get("Deployment", "elsewhere", "one") == elsewhere[0]
    assert look.list_objects("Deployment", "elsewhere", own_labels(one)) == [elsewhere[0]]


def test_labels_of_another_domain_are_asked_for_as_they_are():
    environment = ENVIRONMENT.model_copy(update={"label_domain": "example.com"})
    moved = record_of("moved", environment=environment)
    found = service(GroupInputs(moved.id, moved.spec, environment))
    look = shared(FakeCluster(found), moved)

    assert look.list_objects("Service", "default", own_labels(moved)) == [found]
    assert look.get("Service", "default", "moved") == found


def test_an_error_is_told_to_all_who_ask():
    cluster = FakeCluster()
    cluster.trouble = "connection refused"
    look = shared(cluster, record_of("one"))

    for _ in range(2):
        with pytest.raises(Unreachable, match="cannot reach the cluster"):
            look.get("Deployment", "default", "one")
    assert len(cluster.calls) == 1


def test_any_value_of_a_label_is_asked_for_by_its_key():
    assert label_selector({"a": "b", "c": ("d", "e"), "f": ANY_VALUE}) == "a=b,c in (d,e),f"
