"""Waiting: success has to last, and what cannot succeed ends the wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scaling_group.errors import Failed, RolloutFailed, Unreachable
from scaling_group.operations.gather import glance
from scaling_group.operations.gone import surviving, wait_gone
from scaling_group.operations.presence import AWAY, PATIENCE_SECONDS
from scaling_group.operations.rollout import SETTLE_SECONDS, wait_available
from scaling_group.records import GroupView, Status
from tests.unit.operations.fakes import (
    FakeCluster,
    FakeReader,
    FakeWatch,
    context_of,
    held,
    objects_of,
    pod_of,
    record_of,
)

RECORD = record_of(spec_replicas=2, revision=3)
MOMENT = FakeWatch.MOMENT
CRASHED = {"restartCount": 1, "lastState": {"terminated": {"reason": "Error", "exitCode": 3}}}


def waited(cluster: FakeCluster, timeout: float = 60, record=RECORD) -> GroupView:
    return wait_available(context_of(FakeReader(), cluster), record, timeout)


def failure(cluster: FakeCluster, timeout: float = 60) -> RolloutFailed:
    """Return the failure of a wait by somebody who may not look at the gateway."""
    cluster.forbidden = {"Gateway"}
    with pytest.raises(RolloutFailed) as caught:
        waited(cluster, timeout)
    return caught.value


def story(*chapters: tuple[float, list[Any]]) -> FakeCluster:
    """Return a cluster whose objects change at the given seconds."""
    cluster = FakeCluster()

    def turn(seen: FakeCluster) -> None:
        seen.objects = next(objects for start, objects in reversed(chapters) if seen.time.passed >= start)

    cluster.on_look = turn
    return cluster


def changed(change: Callable[[dict[str, Any]], None]) -> list[Any]:
    objects = objects_of(RECORD)
    change(objects[0])
    return objects


def test_success_counts_when_it_has_lasted():
    cluster = FakeCluster(*objects_of(RECORD), pod_of(RECORD))

    view = waited(cluster)

    assert view.status is Status.AVAILABLE
    assert SETTLE_SECONDS <= cluster.time.passed < SETTLE_SECONDS + MOMENT


def test_a_slow_start_is_waited_for():
    cluster = story((0, objects_of(RECORD, available=False)), (10, objects_of(RECORD)))

    view = waited(cluster)

    assert view.status is Status.AVAILABLE
    assert 10 + SETTLE_SECONDS <= cluster.time.passed < 11 + SETTLE_SECONDS


def test_a_crash_after_the_first_success_is_no_success():
    crashed = [*objects_of(RECORD), pod_of(RECORD, **CRASHED)]
    cluster = story((0, objects_of(RECORD)), (SETTLE_SECONDS - 0.1, crashed))

    error = failure(cluster)

    assert cluster.time.passed >= 60
    assert error.message.startswith("inference is Degraded after 60 s: the process exits with code 3")


def test_a_restart_of_long_ago_is_no_reason_to_wait():
    running = {"running": {"startedAt": (datetime.now(UTC) - timedelta(days=9)).isoformat()}}
    restarted = pod_of(RECORD, **CRASHED, state=running, ready=True)
    cluster = FakeCluster(*objects_of(RECORD), restarted)

    assert waited(cluster).status is Status.AVAILABLE
    assert cluster.time.passed < 2


def test_settling_starts_again_after_an_interruption():
    good, bad = objects_of(RECORD), objects_of(RECORD, available=False)
    cluster = story((0, good), (1, bad), (2, good))

    waited(cluster)

    assert cluster.time.passed >= 2 + SETTLE_SECONDS


def test_the_timeout_ends_the_wait_with_what_was_missing():
    cluster = FakeCluster(*objects_of(RECORD, available=False))

    error = failure(cluster, timeout=90)

    assert 90 <= cluster.time.passed < 91
    assert error.message == "inference is Pending after 90 s: 0 of 2 replicas available"
    assert error.diagnoses == ()
    assert error.detail == "The record and the objects are kept, at revision 3."
    assert error.resolution == (
        "See it with: scaling-group get --name=inference; "
        "remove it with: scaling-group delete --name=inference"
    )


def test_an_exceeded_progress_deadline_ends_the_wait_at_once():
    condition = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
    cluster = FakeCluster(*changed(lambda found: found["status"].update(conditions=[condition])))

    error = failure(cluster)

    assert cluster.time.passed == 0
    assert error.message == "inference failed: the rollout made no progress for 600 s, its deadline"
    assert error.status == "Failed"
    assert [cause["category"] for cause in error.diagnoses] == ["progress-deadline"]


INVALID = {"state": {"waiting": {"reason": "InvalidImageName", "message": "invalid reference format"}}}


def test_what_no_waiting_heals_ends_the_wait_at_once_with_cause_evidence_and_fix():
    good, bad = objects_of(RECORD, available=False), pod_of(RECORD, **INVALID)
    # A pod that nobody has told of might be well.
    other = {**bad, "metadata": {**bad["metadata"], "name": "inference-y"}}
    cluster = story((0, good), (4, [*good, bad, other]))

    error = failure(cluster, timeout=600)

    (cause,) = error.diagnoses
    assert 4 <= cluster.time.passed < 5
    assert cause["terminal"] is True
    assert error.message == f"inference failed: {cause['summary']}"
    assert error.detail == f"{cause['detail']}\nThe record and the objects are kept, at revision 3."
    assert error.resolution.splitlines()[0] == cause["resolution"]
    assert error.status == "Pending"


def test_what_only_the_watch_believes_does_not_end_the_wait():
    """The streams of a watch need not be of one moment; requests are, one after the other."""
    bad = [*objects_of(RECORD, available=False), pod_of(RECORD, **INVALID)]
    cluster = story((0, bad), (3, objects_of(RECORD)))
    cluster.forbidden = {"Gateway"}
    looked = cluster.list_objects
    cluster.list_objects = lambda kind, *rest: [] if kind == "Pod" else looked(kind, *rest)

    assert waited(cluster).status is Status.AVAILABLE


def test_an_old_failure_does_not_end_the_wait_before_the_change_was_seen():
    condition = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}

    def before(found: dict[str, Any]) -> None:
        found["status"]["conditions"] = [condition]
        found["metadata"]["generation"] = 2

    cluster = story((0, changed(before)), (3, objects_of(RECORD)))

    assert waited(cluster).status is Status.AVAILABLE


def test_a_deployment_that_is_not_there_ends_the_wait_at_once():
    cluster = FakeCluster()

    error = failure(cluster)

    assert cluster.time.passed == 0
    assert error.message == "inference failed: its Deployment does not exist in the cluster"


def test_a_deployment_that_somebody_deletes_meanwhile_is_said_so():
    cluster = story((0, objects_of(RECORD, available=False)), (5, []))

    error = failure(cluster)

    assert 5 <= cluster.time.passed < 6
    assert error.message == (
        "inference was deleted during the wait: its Deployment default/inference no longer exists"
    )


def test_a_deployment_of_another_id_is_not_the_one_that_is_waited_for():
    error = failure(FakeCluster(*objects_of(record_of(id="another"))))

    assert "does not exist" in error.message


def test_a_group_scaled_to_zero_is_done():
    empty = record_of(spec_replicas=0)

    view = waited(FakeCluster(*objects_of(empty)), record=empty)

    assert view.status is Status.SCALED_TO_ZERO


def test_a_route_that_no_gateway_serves_is_not_success():
    objects = objects_of(RECORD)
    objects[2]["status"] = {}

    error = failure(FakeCluster(*objects))

    assert "gateway" in error.message


def test_progress_tells_replicas():
    said: list[str] = []
    cluster = story((0, objects_of(RECORD, available=False)), (0.5, objects_of(RECORD)))

    wait_available(context_of(FakeReader(), cluster, said.append), RECORD, 60)

    assert said[0] == "0 of 2 replicas available"
    assert said[-1] == "2 of 2 replicas available"


def absence(cluster: FakeCluster, begins: float, ends: float) -> FakeCluster:
    """Return the cluster with an API server that is away between two seconds."""

    def turn(seen: FakeCluster) -> None:
        seen.trouble = "connection refused" if begins <= seen.time.passed < ends else ""

    cluster.on_look = turn
    return cluster


def test_an_api_server_that_is_away_for_a_while_is_waited_for():
    said: list[str] = []
    cluster = absence(FakeCluster(*objects_of(RECORD)), 0, 20)

    view = wait_available(context_of(FakeReader(), cluster, said.append), RECORD, 60)

    assert view.status is Status.AVAILABLE
    assert cluster.time.passed >= 20 + SETTLE_SECONDS
    assert set(said) == {AWAY, "2 of 2 replicas available"}


def test_success_is_not_believed_while_nobody_answers():
    cluster = absence(FakeCluster(*objects_of(RECORD)), 1, 10)

    waited(cluster)

    assert cluster.time.passed >= 10 + SETTLE_SECONDS


def test_patience_with_an_api_server_has_an_end():
    cluster = absence(FakeCluster(*objects_of(RECORD)), 0, 1e9)

    with pytest.raises(Unreachable) as caught:
        waited(cluster, timeout=600)

    assert PATIENCE_SECONDS <= cluster.time.passed < PATIENCE_SECONDS + 1
    assert caught.value.message == "the API server has not answered for 120 s"
    assert "connection refused" in caught.value.detail
    assert "revision 3" in caught.value.detail


def test_a_timeout_while_nobody_answers_says_so():
    cluster = absence(FakeCluster(*objects_of(RECORD)), 0, 1e9)

    with pytest.raises(Unreachable, match="does not answer, and the 30 s are over"):
        waited(cluster, timeout=30)

    assert 30 <= cluster.time.passed < 31


def test_pods_are_those_with_the_groups_id():
    mine, other = pod_of(RECORD), pod_of(record_of("other"))

    assert glance(FakeCluster(mine, other), RECORD).pods == [mine]


def test_waiting_until_objects_and_pods_are_gone():
    cluster = FakeCluster(*objects_of(RECORD), pod_of(RECORD))
    said: list[str] = []

    def turn(seen: FakeCluster) -> None:
        if seen.time.passed >= 1:
            seen.remove("inference")
        if seen.time.passed >= 3:
            seen.objects = []

    cluster.on_look = turn
    wait_gone(context_of(FakeReader(), cluster, said.append), RECORD, 60)

    assert 3 <= cluster.time.passed < 3 + 2 * MOMENT
    assert said[0] == "waiting for Deployment, Service, HTTPRoute, 1 pods to end"
    assert said[-1] == "waiting for 1 pods to end"


def test_what_does_not_go_away_is_named():
    cluster = FakeCluster(objects_of(RECORD)[1], pod_of(RECORD))

    with pytest.raises(Failed) as caught:
        wait_gone(context_of(FakeReader(), cluster), RECORD, 5)

    assert caught.value.message == "Service, 1 pods of inference still exist after 5 s"
    assert "kubectl get pods -n default" in caught.value.resolution


def ended(found: Any) -> Any:
    found["metadata"]["deletionTimestamp"] = "2026-01-02T00:00:00Z"
    return found


def test_a_finalizer_is_named_beside_what_only_has_to_end():
    route, pod = (
        ended(held(objects_of(RECORD)[2])),
        ended(held(pod_of(RECORD), "example.com/drain", "drainer")),
    )
    said: list[str] = []

    cluster = FakeCluster(ended(objects_of(RECORD)[1]), route, pod)
    with pytest.raises(Failed) as caught:
        wait_gone(context_of(FakeReader(), cluster, said.append), RECORD, 5)

    finalizers = (
        "the finalizer example.com/cleanup of the HTTPRoute, "
        "the finalizer example.com/drain of the Pod inference-x (set by drainer)"
    )
    assert set(said) == {f"waiting for {finalizers}; Service to end"}
    assert caught.value.message == (
        f"inference is not gone after 5 s: it waits for {finalizers}; Service are left too"
    )
    assert "See what blocks example.com, drainer from it" in caught.value.resolution
    assert "httproute/inference pod/inference-x" in caught.value.resolution


def test_a_finalizer_of_the_api_server_itself_is_not_what_is_waited_for():
    deployment = ended(held(objects_of(RECORD)[0], "foregroundDeletion"))

    with pytest.raises(Failed, match="Deployment of inference still exist after 5 s"):
        wait_gone(context_of(FakeReader(), FakeCluster(deployment)), RECORD, 5)


def test_a_finalizer_of_what_nobody_has_deleted_keeps_nothing():
    with pytest.raises(Failed, match="HTTPRoute of inference still exist after 5 s") as caught:
        wait_gone(
            context_of(FakeReader(), FakeCluster(held(objects_of(RECORD)[2]))), RECORD, 5, deleted=False
        )

    assert caught.value.detail == "They have not been deleted."


def test_what_somebody_else_is_deleting_is_said_so():
    route = ended(held(objects_of(RECORD)[2]))

    with pytest.raises(Failed) as caught:
        wait_gone(context_of(FakeReader(), FakeCluster(route)), RECORD, 5, deleted=False)

    assert caught.value.detail.startswith("They are being deleted. The controller of a finalizer removes it")


def test_survivors_are_objects_of_the_name_with_the_groups_id():
    mine, foreign = objects_of(RECORD), objects_of(record_of(id="another"))

    assert list(surviving(FakeCluster(*mine), RECORD)) == ["Deployment", "Service", "HTTPRoute"]
    assert list(surviving(FakeCluster(mine[0], foreign[1]), RECORD)) == ["Deployment"]
    bare = {"kind": "Service", "metadata": {"name": "inference", "namespace": "default"}}
    assert list(surviving(FakeCluster(bare), RECORD)) == []


def test_progress_tells_a_cause_that_is_known_alone():
    said: list[str] = []
    crashed = pod_of(RECORD, **CRASHED)
    up, down = [*objects_of(RECORD), crashed], [*objects_of(RECORD, available=False), crashed]

    cluster = story((0, up), (0.5, down), (1, up))
    with pytest.raises(RolloutFailed):
        wait_available(context_of(FakeReader(), cluster, said.append), RECORD, 60)

    assert set(said) == {"the process exits with code 3 right after it starts (1 of 2 replicas)"}


def test_progress_names_what_only_the_log_tells():
    running = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
    pod = pod_of(RECORD, name="app", restartCount=0, ready=False, started=True, state=running)
    probe = {"tcpSocket": {"port": 8080}}
    pod["spec"] = {"containers": [{"name": "app", "readinessProbe": probe}]}
    pod["metadata"]["uid"] = "uid-pod"
    about = {"kind": "Pod", "name": pod["metadata"]["name"], "uid": "uid-pod"}
    refused = {
        "kind": "Event",
        "metadata": {"name": "e", "namespace": "default", "labels": {}},
        "involvedObject": about,
        "reason": "Unhealthy",
        "message": "Readiness probe failed: dial tcp 10.0.0.1:8080: connect: connection refused",
    }
    cluster = FakeCluster(*objects_of(RECORD, available=False), pod, refused)
    cluster.logs = {"inference-x": ["2026-01-01T00:00:00Z listening on 127.0.0.1:8080"]}
    said: list[str] = []

    with pytest.raises(RolloutFailed):
        wait_available(context_of(FakeReader(), cluster, said.append), RECORD, 3)

    assert any("listens on 127.0.0.1:8080" in line for line in said), said
