"""Which pod is named, and what of it."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.rollout.pods import pod_reason, restarted

ENDED = {"terminated": {"reason": "Error", "exitCode": 1}}
PULL = {"waiting": {"reason": "ErrImagePull", "message": "no such image"}}
RUNNING = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}


def pod(name: str, created: str = "2026-01-01T00:00:00Z", *containers: dict[str, Any], **fields: Any):
    metadata = {"name": name, "creationTimestamp": created, **fields.get("metadata", {})}
    return {
        "metadata": metadata,
        "status": {"containerStatuses": list(containers), **fields.get("status", {})},
    }


def status(state: dict[str, Any], last: dict[str, Any] | None = None, restarts: int = 0) -> dict[str, Any]:
    return {"state": state, "lastState": last or {}, "restartCount": restarts}


@pytest.mark.parametrize(
    ("container", "reason", "again"),
    [
        (status(RUNNING), "", False),
        (status({"waiting": {"reason": "ContainerCreating"}}), "", False),
        (status({"waiting": {"reason": "PodInitializing"}}), "", False),
        (status({"waiting": {}}), "", False),
        (status({}), "", False),
        (status(PULL), "pod a: ErrImagePull: no such image", False),
        (status({"waiting": {"reason": "ErrImagePull"}}), "pod a: ErrImagePull", False),
        (status(ENDED), "pod a: Error (exit code 1)", True),
        (status(RUNNING, ENDED, 2), "pod a: Error (exit code 1, restarted 2x)", True),
        (
            status({"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}}, ENDED, 4),
            "pod a: Error (exit code 1, restarted 4x)",
            True,
        ),
        (status(RUNNING, restarts=1), "", True),
    ],
)
def test_the_end_of_a_process_says_more_than_what_it_waits_for(container, reason, again):
    pods = [pod("a", "2026-01-01T00:00:00Z", container)]

    assert pod_reason(pods) == reason
    assert restarted(pods) is again


def test_the_newest_pod_in_trouble_is_named():
    pods = [
        pod("old", "2026-01-01T00:00:00Z", status(ENDED)),
        pod("newer", "2026-01-03T00:00:00Z", status(PULL)),
        pod("newest", "2026-01-04T00:00:00Z", status(RUNNING)),
    ]

    assert pod_reason(pods) == "pod newer: ErrImagePull: no such image"


def test_a_pod_that_is_being_deleted_is_no_trouble():
    gone = pod("a", "2026-01-01T00:00:00Z", status(ENDED, restarts=3), metadata={"deletionTimestamp": "now"})

    assert pod_reason([gone]) == ""
    assert not restarted([gone])


def test_a_pod_without_a_node_says_what_the_scheduler_says():
    refused = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": "0/1 nodes are available",
    }

    found = pod_reason([pod("a", status={"conditions": [refused]})])

    assert found == "pod a: Unschedulable: 0/1 nodes are available"


def test_a_container_in_trouble_is_found_behind_one_that_runs():
    assert pod_reason([pod("a", "2026-01-01T00:00:00Z", status(RUNNING), status(PULL))])


def test_no_pods_and_new_pods_are_no_trouble():
    new = {"metadata": {"name": "a", "creationTimestamp": "2026-01-01T00:00:00Z"}}

    assert pod_reason([]) == ""
    assert pod_reason([new]) == ""
    assert not restarted([])
    assert not restarted([new])
