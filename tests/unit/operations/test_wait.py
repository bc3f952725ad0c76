"""Waiting: success has to last, and what cannot succeed ends the wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scaling_group.errors import Failed
from scaling_group.operations.wait import (
    INTERVAL,
    SETTLE_SECONDS,
    pods_of,
    survivors,
    wait_available,
    wait_gone,
)
from scaling_group.records import GroupView, Status
from tests.unit.operations.fakes import FakeCluster, FakeTime, objects_of, pod_of, record_of, silent

RECORD = record_of(spec_replicas=2, revision=3)
CRASHED = {"restartCount": 1, "lastState": {"terminated": {"reason": "Error", "exitCode": 3}}}


def waited(cluster: FakeCluster, time: FakeTime, timeout: float = 60, record=RECORD) -> GroupView:
    return wait_available(cluster, record, timeout, silent, time.clock, time.sleep)


def failure(cluster: FakeCluster, time: FakeTime, timeout: float = 60) -> Failed:
    with pytest.raises(Failed) as caught:
        waited(cluster, time, timeout)
    return caught.value


def story(time: FakeTime, *chapters: tuple[float, list[Any]]) -> FakeCluster:
    """Return a cluster whose objects change at the given seconds."""
    cluster = FakeCluster()

    def turn(seen: FakeCluster) -> None:
        seen.objects = next(objects for start, objects in reversed(chapters) if time.passed >= start)

    cluster.on_look = turn
    return cluster


def changed(change: Callable[[dict[str, Any]], None]) -> list[Any]:
    objects = objects_of(RECORD)
    change(objects[0])
    return objects


def test_success_counts_when_it_has_lasted():
    time = FakeTime()

    view = waited(FakeCluster(*objects_of(RECORD), pod_of(RECORD)), time)

    assert view.status is Status.AVAILABLE
    assert SETTLE_SECONDS <= time.passed < SETTLE_SECONDS + INTERVAL


def test_a_slow_start_is_waited_for():
    time = FakeTime()
    cluster = story(time, (0, objects_of(RECORD, available=False)), (10, objects_of(RECORD)))

    view = waited(cluster, time)

    assert view.status is Status.AVAILABLE
    assert 10 + SETTLE_SECONDS <= time.passed < 11 + SETTLE_SECONDS


def test_a_crash_after_the_first_success_is_no_success():
    time = FakeTime()
    crashed = [*objects_of(RECORD), pod_of(RECORD, **CRASHED)]
    cluster = story(time, (0, objects_of(RECORD)), (SETTLE_SECONDS - 0.1, crashed))

    error = failure(cluster, time)

    assert time.passed >= 60
    assert error.message == (
        "inference is Degraded after 60 s: the process ends with exit code 3 right after its start "
        "(1 of 2 replicas)"
    )


def test_settling_starts_again_after_an_interruption():
    time = FakeTime()
    good, bad = objects_of(RECORD), objects_of(RECORD, available=False)
    cluster = story(time, (0, good), (1, bad), (2, good))

    waited(cluster, time)

    assert time.passed >= 2 + SETTLE_SECONDS


def test_the_timeout_ends_the_wait_with_what_was_missing():
    time = FakeTime()

    error = failure(FakeCluster(*objects_of(RECORD, available=False)), time, timeout=90)

    assert 90 <= time.passed < 91
    assert error.message == "inference is Pending after 90 s: 0 of 2 replicas available"
    assert error.detail == "The record and the objects are kept, at revision 3."
    assert error.resolution == (
        "See it with: scaling-group get --name=inference; "
        "remove it with: scaling-group delete --name=inference"
    )


def test_an_exceeded_progress_deadline_ends_the_wait_at_once():
    time = FakeTime()
    condition = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
    cluster = FakeCluster(*changed(lambda found: found["status"].update(conditions=[condition])))

    error = failure(cluster, time)

    assert time.passed == 0
    assert error.message == "inference failed: the rollout made no progress for 600 s, its deadline"


def test_a_deployment_that_is_gone_ends_the_wait_at_once():
    time = FakeTime()

    error = failure(FakeCluster(), time)

    assert time.passed == 0
    assert error.message == "inference failed: its Deployment does not exist in the cluster"


def test_a_group_scaled_to_zero_is_done():
    empty = record_of(spec_replicas=0)

    view = waited(FakeCluster(*objects_of(empty)), FakeTime(), record=empty)

    assert view.status is Status.SCALED_TO_ZERO


def test_a_route_that_no_gateway_serves_is_not_success():
    objects = objects_of(RECORD)
    objects[2]["status"] = {}

    error = failure(FakeCluster(*objects), FakeTime())

    assert "no controller answers for the HTTPRoute inference" in error.message


def test_each_look_is_reported():
    time, said = FakeTime(), []
    cluster = story(time, (0, objects_of(RECORD, available=False)), (0.5, objects_of(RECORD)))

    wait_available(cluster, RECORD, 60, said.append, time.clock, time.sleep)

    assert said[0] == "0 of 2 replicas available"
    assert set(said[1:]) == {"2 of 2 replicas available"}


def test_pods_are_those_with_the_groups_id():
    mine, other = pod_of(RECORD), pod_of(record_of("other"))

    assert pods_of(FakeCluster(mine, other), RECORD) == [mine]


def test_waiting_until_objects_and_pods_are_gone():
    time = FakeTime()
    cluster = FakeCluster(*objects_of(RECORD), pod_of(RECORD))
    said: list[str] = []

    def turn(seen: FakeCluster) -> None:
        if time.passed >= 1:
            seen.remove("inference")
        if time.passed >= 3:
            seen.objects = []

    cluster.on_look = turn
    wait_gone(cluster, RECORD, 60, said.append, time.clock, time.sleep)

    assert time.passed == 3
    assert said[0] == "waiting for Deployment, Service, HTTPRoute, 1 pods to end"
    assert said[-1] == "waiting for 1 pods to end"


def test_what_does_not_go_away_is_named():
    time = FakeTime()
    cluster = FakeCluster(objects_of(RECORD)[1], pod_of(RECORD))

    with pytest.raises(Failed) as caught:
        wait_gone(cluster, RECORD, 5, silent, time.clock, time.sleep)

    assert caught.value.message == "Service, 1 pods of inference still exist after 5 s"
    assert "kubectl get pods -n default" in caught.value.resolution


def test_survivors_are_objects_of_the_name_with_the_groups_id():
    mine, foreign = objects_of(RECORD), objects_of(record_of(id="another"))

    assert survivors(FakeCluster(*mine), RECORD) == ["Deployment", "Service", "HTTPRoute"]
    assert survivors(FakeCluster(mine[0], foreign[1]), RECORD) == ["Deployment"]
    bare = {"kind": "Service", "metadata": {"name": "inference", "namespace": "default"}}
    assert survivors(FakeCluster(bare), RECORD) == []
