"""Status and reason over every moment that was recorded."""

from __future__ import annotations

import pytest

from scaling_group.records import Status
from scaling_group.rollout.ladder import replicas_of, rollout_step
from scaling_group.rollout.pods import pod_reason, restarted
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.rollout.status import Judgement, judge
from tests.unit.rollout.recordings import SCENARIOS, every_moment, moments, served_route


def judged(moment) -> Judgement:
    return judge(Snapshot(moment.deployment, route=served_route(), pods=moment.pods))


def story(scenario: str) -> list[Status]:
    """Return the statuses of a scenario in order, each once in a row."""
    found = [judged(moment).status for moment in moments(scenario)]
    return [status for status, before in zip(found, [None, *found], strict=False) if status is not before]


def test_the_recordings_are_there():
    assert len(SCENARIOS) >= 12
    assert len(every_moment()) > 150


@pytest.mark.parametrize("moment", [moment for moment in every_moment() if moment.lags], ids=str)
def test_nothing_is_believed_before_the_controller_has_caught_up(moment):
    step, found = rollout_step(moment.deployment), judged(moment)

    assert not step.complete
    assert step.message == "the controller has not seen the change yet"
    assert found.status is (Status.UPDATING if moment.since_change == 0 else Status.PENDING)


@pytest.mark.parametrize("moment", every_moment(), ids=str)
def test_available_means_every_replica_updated_and_available(moment):
    found, desired = judged(moment), moment.deployment["spec"]["replicas"]

    whole = found.replicas.updated == found.replicas.available == desired > 0
    old = moment.deployment.get("status", {}).get("replicas", 0) - found.replicas.updated
    assert (found.status is Status.AVAILABLE) == (whole and not old and not moment.lags)


@pytest.mark.parametrize("moment", every_moment(), ids=str)
def test_a_reason_is_given_exactly_when_something_is_wrong(moment):
    found = judged(moment)

    assert bool(found.reason) == (found.status not in (Status.AVAILABLE, Status.SCALED_TO_ZERO))


@pytest.mark.parametrize("moment", every_moment(), ids=str)
def test_counts_that_the_server_leaves_out_are_zero(moment):
    counts, status = replicas_of(moment.deployment), moment.deployment.get("status", {})

    assert counts.desired == moment.deployment["spec"]["replicas"]
    assert counts.available == status.get("availableReplicas", 0)
    assert counts.ready == status.get("readyReplicas", 0)


@pytest.mark.parametrize(
    ("scenario", "statuses"),
    [
        ("healthy", ["Pending", "Available"]),
        ("slow-start", ["Pending", "Available"]),
        ("good-update", ["Pending", "Available", "Updating", "Available"]),
        ("bad-update", ["Pending", "Available", "Updating"]),
        ("gpu-rollout-deadlock", ["Pending", "Available", "Updating"]),
        ("image-not-found", ["Pending"]),
        ("missing-secret", ["Pending"]),
        ("bad-command", ["Pending"]),
        ("unschedulable-cpu", ["Pending"]),
        ("quota-exceeded", ["Pending"]),
        ("missing-service-account", ["Pending"]),
        ("progress-deadline", ["Pending", "Failed"]),
        ("scaled-to-zero", ["Pending", "ScaledToZero"]),
    ],
)
def test_the_statuses_of_a_scenario_in_order(scenario, statuses):
    assert story(scenario) == statuses


@pytest.mark.parametrize("scenario", ["crash-loop", "exits-zero", "oom-killed"])
def test_a_crash_loop_never_ends_available(scenario):
    assert judged(moments(scenario)[-1]).status is Status.DEGRADED


@pytest.mark.parametrize("scenario", ["bad-update", "gpu-rollout-deadlock", "paused"])
def test_a_stuck_update_is_never_available_although_the_old_pods_are(scenario):
    after = [moment for moment in moments(scenario) if moment.since_change is not None]

    assert after
    for moment in after:
        assert judged(moment).status is not Status.AVAILABLE
        assert replicas_of(moment.deployment).available > 0


@pytest.mark.parametrize(
    ("scenario", "parts"),
    [
        ("image-not-found", ["of 1 replicas available; pod ", "registry.invalid/none:1", "no such host"]),
        ("bad-update", ["1 of 2 replicas updated; pod ", "registry.invalid/none:1"]),
        ("crash-loop", ["0 of 1 replicas available; pod ", "Error (exit code 3"]),
        ("exits-zero", ["Completed (exit code 0"]),
        ("oom-killed", ["OOMKilled (exit code 137"]),
        ("bad-command", ["StartError (exit code 128"]),
        ("missing-secret", ["CreateContainerConfigError", 'secret "credentials" not found']),
        ("unschedulable-cpu", ["Unschedulable: ", "1 Insufficient cpu"]),
        ("gpu-rollout-deadlock", ["Unschedulable: ", "Insufficient nvidia.com/gpu"]),
        ("quota-exceeded", ["0 of 2 replicas updated; ", "exceeded quota: compute"]),
        ("missing-service-account", ["error looking up service account", "robot"]),
        ("progress-deadline", ["the rollout exceeded its progress deadline"]),
        ("paused", ["0 of 2 replicas updated"]),
    ],
)
def test_the_last_moment_names_its_cause(scenario, parts):
    reason = judged(moments(scenario)[-1]).reason

    assert [part for part in parts if part not in reason] == [], reason


@pytest.mark.parametrize(
    ("scenario", "why"),
    [
        ("crash-loop", "Error (exit code 3"),
        ("exits-zero", "Completed (exit code 0"),
        ("oom-killed", "OOMKilled (exit code 137"),
        ("bad-command", "StartError (exit code 128"),
    ],
)
def test_from_its_first_end_on_a_container_counts_as_restarted_and_its_end_is_named(scenario, why):
    whole = moments(scenario)
    first = next(i for i, moment in enumerate(whole) if _terminated(moment))

    assert not any(restarted(moment.pods) for moment in whole[:first])
    assert all(restarted(moment.pods) for moment in whole[first:])
    assert not [str(m) for m in whole[first:] if _terminated(m) and why not in pod_reason(m.pods)]


def _terminated(moment) -> bool:
    states = [status.get(key, {}) for status in moment.containers for key in ("state", "lastState")]
    return any("terminated" in state for state in states)


def test_an_oom_kill_is_named_while_the_kubelet_backs_off():
    backing_off = [
        moment
        for moment in moments("oom-killed")
        for status in moment.containers
        if status["state"].get("waiting", {}).get("reason") == "CrashLoopBackOff"
    ]

    assert backing_off
    for moment in backing_off:
        assert "OOMKilled" in pod_reason(moment.pods)


@pytest.mark.parametrize("scenario", ["healthy", "slow-start", "good-update", "scaled-to-zero"])
def test_nothing_is_wrong_with_the_pods_of_a_good_rollout(scenario):
    for moment in moments(scenario):
        assert pod_reason(moment.pods) == "", str(moment)
        assert not restarted(moment.pods), str(moment)
