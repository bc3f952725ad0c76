"""What is being waited for, and for how long already: pulls, nodes, autoscalers, pods that are young."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from scaling_group.records import Status
from scaling_group.rollout.status import judge
from tests.unit.rollout.situations import (
    at,
    ended,
    event,
    found,
    group,
    one,
    pod,
    running,
    snapshot,
    waiting,
)

IMAGE = "registry.example.com/team/app:1"
CREATING = pod("web-1", waiting("ContainerCreating"))
PULLING = event(CREATING, "Pulling", f'Pulling image "{IMAGE}"', last=1)
PAST = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
VERDICT = "0/3 nodes are available: 3 Insufficient cpu."
BIG: dict[str, Any] = {"resources": {"requests": {"cpu": "64"}}}


def test_a_long_pull_says_how_long_and_how_large() -> None:
    node = {"metadata": {"name": "n"}, "status": {"images": [{"names": [IMAGE], "sizeBytes": 9 * 2**30}]}}
    told = one(CREATING, events=[PULLING], nodes=[node], after=301)

    assert told.summary == (
        f"the image {IMAGE}, of 9.0 GiB as another node has it, is being pulled, for 300 s so far "
        "(1 of 1 replicas)"
    )
    assert "--progress-deadline=1800 --timeout=1800" in told.resolution
    assert found(CREATING, events=[PULLING], after=30) == []


def test_a_pull_that_ended_is_none() -> None:
    pulled = event(CREATING, "Pulled", "Successfully pulled image", last=200)

    assert found(CREATING, events=[PULLING, pulled], after=301) == []


@pytest.mark.parametrize(("events", "status"), [([PULLING], Status.UPDATING), ([], Status.FAILED)])
def test_a_deadline_that_is_over_ends_nothing_while_an_image_is_pulled(
    events: list[Any], status: Status
) -> None:
    judged = judge(snapshot(CREATING, events=events, deployment=group(1, conditions=[PAST]), after=700))

    assert judged.status is status
    assert [each.terminal for each in judged.diagnoses if each.category == "progress-deadline"] == [
        not events
    ]


def unscheduled(*said: tuple[str, str, float], after: float = 1200) -> str:
    stuck = pod("web-1", container=BIG, unscheduled=VERDICT)
    events = [event(stuck, reason, words, last) for reason, words, last in said]
    return one(stuck, events=events, after=after).summary


COMING = ("TriggeredScaleUp", "pod triggered scale-up: [{pool 1->2 (max: 4)}]", 20)
NONE = ("NotTriggerScaleUp", "pod didn't trigger scale-up: 1 max node group size reached", 300)


@pytest.mark.parametrize(
    ("said", "after", "words"),
    [
        ((COMING,), 100, "; a node is being added"),
        ((COMING,), 1200, "a node was announced 1180 s ago, and it has not come"),
        ((COMING, NONE), 400, "; the autoscaler adds none: 1 max node group size reached"),
        ((("FailedScaleUp", "GCE quota exceeded", 10), COMING), 100, "; a node is being added"),
        (
            (COMING, ("FailedScaleUp", "GCE quota exceeded", 60)),
            100,
            ", and adding one failed: GCE quota exceeded",
        ),
        (
            (
                (
                    "FailedScheduling",
                    'Failed to schedule pod, incompatible with nodepool "gpu", no instance type',
                    9,
                ),
            ),
            100,
            "; the autoscaler adds none: Failed to schedule pod",
        ),
    ],
)
def test_the_newest_word_of_an_autoscaler_counts(said: Any, after: float, words: str) -> None:
    assert words in unscheduled(*said, after=after)


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("GCE quota exceeded", "quota raised"),
        ("VcpuLimitExceeded: You have requested more vCPU capacity than your current limit", "quota raised"),
        ("ZONE_RESOURCE_POOL_EXHAUSTED", "other zones"),
        ("InsufficientInstanceCapacity: We do not have sufficient p4d.24xlarge capacity", "other zones"),
        ("AllocationFailed: SkuNotAvailable", "other zones"),
        ("IP space exhausted", "subnet"),
        ("something else", "autoscaler's log"),
    ],
)
def test_what_a_cloud_lacks_decides_the_advice(words: str, advice: str) -> None:
    stuck = pod("web-1", container=BIG, unscheduled=VERDICT)
    told = one(stuck, events=[event(stuck, "FailedScaleUp", words, 60)])

    assert told.category == "scale-up-failed"
    assert advice in told.resolution


def test_a_pod_that_is_ready_for_too_short_a_time_says_so() -> None:
    deployment = group(1, readyReplicas=1)
    deployment["spec"]["minReadySeconds"] = 30
    young = pod("web-1", running(ready=True), conditions=[{"type": "Ready", "status": "True"}])

    assert (
        "1 ready for less than 30 s (minReadySeconds)" in judge(snapshot(young, deployment=deployment)).reason
    )


def away(reason: str = "", **spec: Any) -> dict[str, Any]:
    conditions = [
        {"type": "Ready", "status": "False", "reason": reason, "lastTransitionTime": at(60)},
        {"type": "ContainersReady", "status": "True"},
    ]
    return pod("web-1", running(ready=True), conditions=conditions, spec={"nodeName": "n1", **spec})


def test_a_node_that_is_away_is_told_with_the_time_that_the_pod_tolerates() -> None:
    key = "node.kubernetes.io/unreachable"
    tolerating = away(tolerations=[{"key": key, "operator": "Exists", "tolerationSeconds": 30}])

    assert "node n1 has not answered since 2026-01-01 00:01:00 UTC" in one(away()).summary
    assert "30 s after that" in one(tolerating).summary
    assert found(away("ContainersNotReady")) == []


def test_a_sidecar_that_crashes_and_a_preparation_that_fails_are_named() -> None:
    deployment = group(1)
    deployment["spec"]["template"] = {"spec": {"containers": [{"name": "server"}]}}
    both = pod("web-1", running(ready=True))
    both["spec"]["containers"] = [{"name": "server"}, {"name": "envoy"}]
    own, beside = both["status"]["containerStatuses"][0], {"name": "envoy", "state": ended(2)}
    own["name"] = "server"
    both["status"]["containerStatuses"] = [own, beside]
    first = copy.deepcopy(both)
    first["status"]["containerStatuses"] = [own]
    first["status"]["initContainerStatuses"] = [{"name": "fetch", "state": ended(1)}]

    assert one(both, deployment=deployment).summary.startswith(
        "the process of container envoy exits with code 2"
    )
    assert one(first, deployment=deployment).summary.startswith("the process of init container fetch exits")


def test_a_kill_while_the_node_was_out_of_memory_says_so() -> None:
    killed = pod("web-1", waiting("CrashLoopBackOff", lastState=ended(137), restartCount=3))
    killed["spec"]["nodeName"] = "n1"
    node = {"kind": "Node", "metadata": {"name": "n1", "uid": "n1"}}

    assert (
        "while its node n1 was out of memory"
        in one(
            killed, events=[event(node, "SystemOOM", "System OOM encountered, victim process: python")]
        ).summary
    )
