"""Get and list: live objects first, stacks for what has none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scaling_group.errors import Forbidden, NotFound
from scaling_group.operations.get import get
from scaling_group.operations.history import history
from scaling_group.operations.list_groups import list_groups
from scaling_group.operations.protocols import Object
from scaling_group.reads import EVERYWHERE
from scaling_group.records import GroupView, Record, Status, now
from scaling_group.spec.group import environment_spec, group_spec
from tests.unit.autoscalers import autoscaler
from tests.unit.operations.fakes import (
    ENVIRONMENT,
    FakeCluster,
    FakePast,
    FakeReader,
    FakeState,
    context_of,
    objects_of,
    pod_of,
    record_of,
)

OWN_KINDS = (
    "Deployment",
    "EndpointSlice",
    "HTTPRoute",
    "HorizontalPodAutoscaler",
    "Pod",
    "ReplicaSet",
    "Service",
)
CRASHED = {"restartCount": 2, "state": {"terminated": {"reason": "Error", "exitCode": 3}}}


def live(record: Record) -> FakeState:
    return FakeState(record, exists=True, live=True)


def deleted(record: Record) -> FakeState:
    return FakeState(record.with_(deleted=now()), exists=True, live=False)


def listed(
    cluster: FakeCluster, *, include_deleted: bool = False, within: str | None = None, **states: FakeState
) -> list[GroupView]:
    past = [FakePast(state.record) for state in states.values() if state.record]
    context = context_of(FakeReader(states, past), cluster)
    return list_groups(context, include_deleted=include_deleted, within=within)


def got(cluster: FakeCluster, name: str = "inference", **states: FakeState) -> GroupView:
    return get(context_of(FakeReader(states), cluster), name)


def test_get_joins_the_record_with_live_objects():
    record = record_of(spec_replicas=2)

    view = got(FakeCluster(*objects_of(record)), inference=live(record))

    assert (view.id, view.status, view.reason) == ("id-inference", Status.AVAILABLE, "")
    assert view.replicas.model_dump() == {"desired": 2, "updated": 2, "ready": 2, "available": 2}


def test_get_names_what_is_wrong():
    record = record_of()
    cluster = FakeCluster(*objects_of(record, available=False), pod_of(record, **CRASHED))

    assert got(cluster, inference=live(record)).reason == (
        "the process exits with code 3 right after it starts (1 of 1 replicas)"
    )


def test_get_of_a_deleted_group_shows_its_record():
    view = got(FakeCluster(), inference=deleted(record_of(spec_replicas=3)))

    assert view.status is Status.DELETED
    assert view.deleted is not None
    assert view.replicas.desired == 0
    assert view.spec.replicas == 3


def test_get_shows_a_live_group_of_another_backend_before_a_deleted_one_of_the_name():
    cluster = FakeCluster(*objects_of(record_of(id="new")))

    view = got(cluster, inference=deleted(record_of(id="old")))

    assert (view.id, view.status) == ("new", Status.AVAILABLE)


def test_get_of_a_deleted_group_whose_deployment_is_still_ending_shows_it_deleted():
    view = got(FakeCluster(*objects_of(record_of())), inference=deleted(record_of()))

    assert view.status is Status.DELETED


def test_get_of_a_group_without_deployment_says_so():
    view = got(FakeCluster(), inference=live(record_of(spec_replicas=3)))

    assert (view.status, view.reason) == (Status.FAILED, "its Deployment does not exist in the cluster")
    assert (view.replicas.desired, view.replicas.available) == (3, 0)


def test_get_reads_a_group_of_another_backend_from_its_deployment():
    assert got(FakeCluster(*objects_of(record_of()))).id == "id-inference"


@pytest.mark.parametrize("text", [None, "", "no json", "[]", '{"id": "x"}'])
def test_get_of_a_deployment_without_a_readable_record_is_not_found(text):
    deployment = objects_of(record_of())[0]
    deployment["metadata"]["annotations"] = {"chalk.ai/record": text} if text is not None else {}

    with pytest.raises(NotFound):
        got(FakeCluster(deployment))


OTHER = environment_spec({**ENVIRONMENT.model_dump(), "id": "other"})


def test_get_of_a_group_of_another_environment_is_not_found_and_names_that():
    with pytest.raises(NotFound) as caught:
        got(FakeCluster(*objects_of(record_of(environment=OTHER))))

    assert caught.value.message == "there is no scaling group 'inference' in environment abc123."
    assert caught.value.detail == "The group of that name in namespace default is of environment other."
    assert caught.value.resolution == "Name its environment with: --environment=other"


def test_get_of_an_unknown_name_suggests_no_group_of_another_environment():
    with pytest.raises(NotFound) as caught:
        got(FakeCluster(*objects_of(record_of(environment=OTHER))), "inferense")

    assert caught.value.message == "there is no scaling group 'inferense' in environment abc123."


def test_get_of_an_unknown_name_suggests_the_nearest():
    with pytest.raises(NotFound, match="Did you mean 'inference'"):
        got(FakeCluster(*objects_of(record_of())), "inferense")


def test_list_shows_live_groups_by_name():
    cluster = FakeCluster(*objects_of(record_of("zebra")), *objects_of(record_of("ant")))

    assert [(view.name, view.status) for view in listed(cluster)] == [
        ("ant", Status.AVAILABLE),
        ("zebra", Status.AVAILABLE),
    ]


def test_list_shows_deleted_groups_only_when_asked_and_last():
    cluster = FakeCluster(*objects_of(record_of("zebra")))
    states = {"ant": deleted(record_of("ant")), "bee": deleted(record_of("bee"))}

    assert [view.name for view in listed(cluster, **states)] == ["zebra"]
    assert [(view.name, view.status) for view in listed(cluster, include_deleted=True, **states)] == [
        ("zebra", Status.AVAILABLE),
        ("ant", Status.DELETED),
        ("bee", Status.DELETED),
    ]


def test_list_shows_a_group_without_deployment_as_failed():
    (view,) = listed(FakeCluster(), inference=live(record_of()))

    assert (view.status, view.reason) == (Status.FAILED, "its Deployment does not exist in the cluster")


def test_list_leaves_out_stacks_without_a_record():
    states = {"inference": FakeState(exists=True)}

    assert listed(FakeCluster(), include_deleted=True, **states) == []


def test_list_shows_a_group_made_by_another_program():
    assert [view.name for view in listed(FakeCluster(*objects_of(record_of())))] == ["inference"]


def test_list_leaves_out_other_environments():
    other = environment_spec({**ENVIRONMENT.model_dump(), "id": "other"})

    assert listed(FakeCluster(*objects_of(record_of(environment=other)))) == []


def test_list_shows_every_time_that_a_name_was_deleted_beside_its_live_group():
    first, second = (record_of(id=i, revision=r, deleted=now()) for i, r in (("one", 1), ("two", 2)))
    reader = FakeReader({"inference": live(record_of(id="three"))}, [FakePast(first), FakePast(second)])
    cluster = FakeCluster(*objects_of(record_of(id="three", revision=3)))

    found = list_groups(context_of(reader, cluster), include_deleted=True)

    assert [(view.id, view.status.value) for view in found] == [
        ("three", "Available"),
        ("one", "Deleted"),
        ("two", "Deleted"),
    ]


def test_list_reads_no_stack_of_a_group_that_it_has_seen():
    reader = FakeReader({"inference": live(record_of())})

    found = list_groups(context_of(reader, FakeCluster(*objects_of(record_of()))), include_deleted=True)

    assert reader.skipped == {"inference"}
    assert len(found) == 1


@pytest.mark.parametrize(("ago", "read"), [(timedelta(seconds=5), True), (timedelta(hours=1), False)])
def test_list_looks_at_the_pods_of_what_became_available_only_just_now(ago, read):
    cluster = FakeCluster(*objects_of(record_of()))
    since = (datetime.now(UTC) - ago).isoformat()
    condition = {"type": "Available", "status": "True", "lastTransitionTime": since}
    cluster.objects[0]["status"]["conditions"] = [condition]

    listed(cluster)

    assert (("list", "Pod", "default") in cluster.calls) is read


def test_list_does_not_believe_a_process_between_its_crashes():
    now = datetime.now(UTC)
    again = {
        "restartCount": 3,
        "state": {"running": {"startedAt": (now - timedelta(seconds=2)).isoformat()}},
        "lastState": {"terminated": {"reason": "Error", "exitCode": 3}},
    }
    record = record_of()
    available = {"type": "Available", "status": "True", "lastTransitionTime": now.isoformat()}
    cluster = FakeCluster(*objects_of(record), pod_of(record, **again))
    cluster.objects[0]["status"]["conditions"] = [available]

    [view] = listed(cluster)
    assert (view.status, "exits with code 3" in view.reason) == (Status.DEGRADED, True)


def test_list_asks_once_a_kind_and_for_pods_only_of_groups_in_trouble():
    one, two = record_of("one"), record_of("two")
    cluster = FakeCluster(*objects_of(one), *objects_of(two))
    listed(cluster)
    glance = ["Deployment", "HTTPRoute", "HorizontalPodAutoscaler"]
    assert sorted(call[1] for call in cluster.calls) == glance

    pods = [pod_of(one, **CRASHED), pod_of(two, **CRASHED)]
    cluster = FakeCluster(*objects_of(one), *objects_of(two, available=False), *pods)
    cluster.objects[3]["status"]["unavailableReplicas"] = 1
    views = {view.name: view for view in listed(cluster)}

    assert sorted(call[1] for call in cluster.calls) == [*glance, "Pod", "ReplicaSet"]
    assert "the process exits with code 3" in views["two"].reason
    assert views["one"].reason == ""


def in_namespace(name: str, namespace: str, **changes: Any) -> Record:
    elsewhere = environment_spec({**ENVIRONMENT.model_dump(), "namespace": namespace})
    return record_of(name, environment=elsewhere, **changes)


def test_list_judges_a_group_of_another_namespace_by_the_objects_there():
    record = in_namespace("inference", "models")

    (view,) = listed(FakeCluster(*objects_of(record)), inference=live(record))

    assert (view.namespace, view.status, view.reason) == ("models", Status.AVAILABLE, "")


def test_list_says_unknown_of_a_group_whose_namespace_may_not_be_read():
    record = in_namespace("inference", "models")

    class Closed(FakeCluster):
        def list_objects(
            self, kind: str, namespace: str, labels: Mapping[str, str] | None = None
        ) -> list[Object]:
            if namespace == "models":
                raise Forbidden("no")
            return super().list_objects(kind, namespace, labels)

    (view,) = listed(Closed(), inference=live(record))

    assert (view.status, view.reason) == (Status.UNKNOWN, "the namespace models cannot be read: no")


def test_list_of_one_namespace_shows_the_groups_there_alone():
    here, there = record_of("here"), in_namespace("there", "models")
    cluster = FakeCluster(*objects_of(here), *objects_of(there))
    states = {"here": live(here), "there": live(there), "gone": deleted(there)}

    views = listed(cluster, include_deleted=True, within="default", **states)

    assert [view.name for view in views] == ["here"]
    assert all(call[2] == "default" for call in cluster.calls)


def test_list_of_all_namespaces_shows_the_groups_of_programs_too():
    cluster = FakeCluster(*objects_of(in_namespace("theirs", "models")), *objects_of(record_of("ours")))

    assert [view.name for view in listed(cluster, within=EVERYWHERE)] == ["ours", "theirs"]
    kinds = ("Deployment", "HTTPRoute", "HorizontalPodAutoscaler")
    assert sorted(call[1:] for call in cluster.calls) == [(kind, "*") for kind in kinds]


def test_list_shows_a_group_of_ours_beside_one_of_a_program_with_its_name_in_another_namespace():
    ours, theirs = in_namespace("inference", "models", id="ours"), record_of(id="theirs", source="app/dev")
    cluster = FakeCluster(*objects_of(ours), *objects_of(theirs))

    views = listed(cluster, inference=live(ours))

    assert sorted((view.id, view.status.value) for view in views) == [
        ("ours", "Available"),
        ("theirs", "Available"),
    ]


def test_list_says_which_replica_count_and_image_somebody_has_set_by_hand():
    record = record_of(spec_replicas=4)
    cluster = FakeCluster(*objects_of(record))
    cluster.objects[0]["spec"] = {**cluster.objects[0]["spec"], "replicas": 1}

    (view,) = listed(cluster)
    assert view.drift == ("Deployment spec.replicas 4 → 1",)

    container = cluster.objects[0]["spec"]["template"]["spec"]["containers"][0]
    container["image"] = "a/b:2"
    (view,) = listed(cluster)
    assert view.drift[1] == "Deployment spec.template.spec.containers[0].image a/b:1 → a/b:2"


def test_a_group_of_a_plain_program_was_created_when_its_deployment_was():
    record = record_of(source="app/dev", revision=0)
    cluster = FakeCluster(*objects_of(record))
    cluster.objects[0]["metadata"]["creationTimestamp"] = "2026-01-02T03:04:05Z"

    created = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert [view.created for view in listed(cluster)] == [created]
    assert got(cluster).created == created


def test_get_of_an_unknown_name_suggests_a_deleted_one_too():
    with pytest.raises(NotFound, match="Did you mean 'ux-first'") as caught:
        got(FakeCluster(), "ux-frist", **{"ux-first": deleted(record_of("ux-first"))})

    assert caught.value.resolution == "List the groups with: scaling-group list --include-deleted"


def test_the_history_of_a_programs_group_is_said_to_be_with_its_stack():
    cluster = FakeCluster(*objects_of(record_of(source="app/dev")))

    with pytest.raises(NotFound) as caught:
        history(context_of(FakeReader(), cluster), "inference")

    assert caught.value.message == "inference has no history here"
    assert caught.value.detail == "The Pulumi stack app/dev owns it and its history."
    assert "Did you mean" not in str(caught.value)


def test_get_takes_one_round_trip_where_all_is_well_and_two_where_not():
    cluster = FakeCluster(*objects_of(record_of()), pod_of(record_of()))
    got(cluster, inference=live(record_of()))
    assert sorted(call[1] for call in cluster.calls) == sorted(OWN_KINDS)

    broken = FakeCluster(*objects_of(record_of(), available=False), pod_of(record_of(), **CRASHED))
    got(broken, inference=live(record_of()))
    asked = sorted(call[1] for call in broken.calls if call[0] != "log")
    assert asked == sorted([*OWN_KINDS, "Event", "Gateway", "GatewayClass"])


def test_a_group_of_another_stack_takes_one_round_trip_too():
    cluster = FakeCluster(*objects_of(record_of()), pod_of(record_of()))

    assert got(cluster).status is Status.AVAILABLE
    assert sorted(call[1] for call in cluster.calls) == sorted(OWN_KINDS)


def scaled(record: Record, name: str = "inference", **more: Any) -> Any:
    """Return an autoscaler of a group; it carries its labels unless it has others."""
    labels = objects_of(record)[0]["metadata"]["labels"]
    return autoscaler(name=name, target=record.name, **{"labels": labels, **more})


def test_get_and_list_show_what_scales_a_group():
    record = record_of()
    cluster = FakeCluster(
        *objects_of(record), pod_of(record), scaled(record), scaled(record, "team-hpa", labels={})
    )

    found = got(cluster, inference=live(record)).autoscaler
    assert found
    assert (found.name, found.own, found.others) == ("inference", True, ("HorizontalPodAutoscaler/team-hpa",))
    [view] = listed(cluster)
    assert view.autoscaler
    assert (view.autoscaler.name, view.autoscaler.bounds) == ("inference", "1-8")


def test_a_user_who_may_not_read_autoscalers_is_told_nothing_of_them():
    record = record_of()
    cluster = FakeCluster(*objects_of(record), pod_of(record), scaled(record))
    cluster.forbidden.add("HorizontalPodAutoscaler")

    assert got(cluster, inference=live(record)).autoscaler is None
    [view] = listed(cluster)
    assert (view.status, view.autoscaler) == (Status.AVAILABLE, None)


def test_list_says_of_no_count_that_an_autoscaler_decides_on_that_it_was_set_by_hand():
    autoscale = group_spec({"name": "inference", "image": "a", "port": 80, "autoscale": {"max": 8}})
    fixed = group_spec({"name": "inference", "image": "a", "port": 80, "replicas": 1})
    for record in (record_of(spec=autoscale), record_of(spec=fixed, scaled_by_others=True)):
        deployment, *others = objects_of(record)
        deployment["metadata"]["managedFields"] = [
            {
                "manager": "kubectl",
                "operation": "Update",
                "subresource": "scale",
                "time": "2026-01-01T00:00:00Z",
                "fieldsV1": {"f:spec": {"f:replicas": {}}},
            }
        ]
        deployment["spec"]["replicas"] = 3
        [view] = listed(FakeCluster(deployment, *others))

        assert view.drift == ()
