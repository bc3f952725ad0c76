"""Objects as a tree, and events in their order, from recordings."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from scaling_group.rollout.snapshot import Snapshot
from scaling_group.rollout.tree import event_views, pod_view, tree_of
from tests.unit.rollout.recordings import SCENARIOS, Moment, moments, served_route


def snapshot(moment: Moment, **more: Any) -> Snapshot:
    data = moment.data
    return Snapshot(moment.deployment, replica_sets=data["replicaSets"], pods=moment.data["pods"], **more)


def test_an_update_shows_both_revisions_the_newest_first():
    tree = tree_of(snapshot(moments("bad-update")[-1]))

    assert [(found.number, found.current, found.desired) for found in tree.replica_sets] == [
        (2, True, 1),
        (1, False, 2),
    ]
    new, old = tree.replica_sets
    assert [(pod.state, pod.ready, pod.restarts) for pod in new.pods] == [("ImagePullBackOff", False, 0)]
    assert [(pod.state, pod.ready, pod.node) for pod in old.pods] == [("Running", True, "node1")] * 2


@pytest.mark.parametrize(
    ("record", "revision"),
    [
        ('{"revision":4}', 4),
        ('{"id":"x"}', None),
        ("no json", None),
        ("[4]", None),
        ('{"revision":"4"}', None),
    ],
)
def test_pods_are_of_the_groups_revision_and_not_of_the_deployments(record, revision):
    seen = snapshot(moments("bad-update")[-1])
    replica_sets, key = deepcopy(list(seen.replica_sets)), "chalk.ai/record"
    for replica_set in replica_sets:
        replica_set["metadata"]["annotations"][key] = record

    tree = tree_of(replace(seen, replica_sets=replica_sets), key)

    assert [found.revision for found in tree.replica_sets] == [revision] * 2


def test_an_old_revision_without_pods_is_left_out():
    tree = tree_of(snapshot(moments("good-update")[-1]))

    assert [found.number for found in tree.replica_sets] == [2]


def test_a_pod_that_ends_is_said_so():
    ending = [
        pod_view(pod).state
        for moment in moments("good-update")
        for pod in moment.data["pods"]
        if pod["metadata"].get("deletionTimestamp")
    ]

    assert set(ending) == {"Terminating"}


def test_restarts_are_counted():
    (replica_set,) = tree_of(snapshot(moments("crash-loop")[-1])).replica_sets

    assert [(pod.state, pod.restarts) for pod in replica_set.pods] == [("CrashLoopBackOff", 5)]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_moment_has_a_tree(scenario):
    for moment in moments(scenario):
        pods = [pod for found in tree_of(snapshot(moment)).replica_sets for pod in found.pods]
        assert len(pods) == len(moment.data["pods"])


def slice_of(*ready: bool | None) -> dict[str, Any]:
    return {"endpoints": [{"conditions": {} if each is None else {"ready": each}} for each in ready]}


def test_addresses_behind_the_service_are_counted():
    moment, service = moments("healthy")[-1], {"metadata": {"name": "web"}}

    found = tree_of(snapshot(moment, service=service, endpoint_slices=[slice_of(True, False, None)])).service
    unknown = tree_of(snapshot(moment, service=service)).service

    assert found is not None
    assert (found.ready, found.not_ready) == (2, 1)
    assert unknown is not None
    assert (unknown.ready, unknown.not_ready) == (None, None)


def test_a_route_shows_what_its_gateway_says():
    route = tree_of(snapshot(moments("healthy")[-1], route=served_route())).route

    assert route is not None
    (parent,) = route.parents
    assert (parent.gateway, parent.section) == ("gateway-system/gateway", "https")
    assert [(said.type, said.status) for said in parent.conditions] == [
        ("Accepted", "True"),
        ("ResolvedRefs", "True"),
    ]


def test_events_are_in_the_order_of_their_last_time():
    for scenario in SCENARIOS:
        views = event_views(moments(scenario)[-1].data["events"])
        times = [view.time for view in views]
        assert times == sorted(times)
        assert None not in times


def test_an_event_of_the_scheduler_has_a_time_and_is_one():
    events = moments("unschedulable-cpu")[-1].data["events"]
    (found,) = [view for view in event_views(events) if view.reason == "FailedScheduling"]

    assert found.count == 1
    assert found.time == found.first
    assert found.object.startswith("Pod/unschedulable-cpu-")


def test_a_repeated_event_is_counted():
    counts = [view.count for view in event_views(moments("crash-loop")[-1].data["events"])]

    assert max(counts) > 5
