"""Status over every moment that was recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scaling_group.cluster.forms import object_of
from scaling_group.records import Status
from scaling_group.rollout.deployment_status import replicas_of, rollout_step
from scaling_group.rollout.diagnose import diagnose
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.rollout.snapshot_file import LISTS
from scaling_group.rollout.status import judge
from tests.unit.rollout.recordings import SCENARIOS, Moment, every_moment, moments, served_route

#: Their processes end, and are Available for moments between.
CRASHING = ("crash-loop", "exits-zero", "oom-killed", "flapping", "liveness-kill-loop")


def story(scenario: str) -> list[Status]:
    """Return the statuses of a scenario in order, each once in a row."""
    found = [judge(moment.seen).status for moment in moments(scenario)]
    return [status for status, before in zip(found, [None, *found], strict=False) if status is not before]


def test_the_recordings_are_there():
    assert len(SCENARIOS) == 26
    assert len(every_moment()) > 230


def test_nothing_is_believed_before_the_controller_has_caught_up():
    late = [moment for moment in every_moment() if moment.lags]

    assert late
    for moment in late:
        step, found = rollout_step(moment.deployment), judge(moment.seen)
        assert not step.complete, moment
        assert found.reason == "the controller has not seen the change yet", moment
        assert found.diagnoses == (), moment
        assert found.status is (Status.UPDATING if moment.since_change == 0 else Status.PENDING), moment


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_available_means_every_replica_updated_and_available_and_nothing_wrong(scenario):
    for moment in moments(scenario):
        found, desired = judge(moment.seen), moment.deployment["spec"]["replicas"]

        whole = found.replicas.updated == found.replicas.available == desired > 0
        old = moment.deployment.get("status", {}).get("replicas", 0) - found.replicas.updated
        well = whole and not old and not moment.lags and not diagnose(moment.seen)
        assert (found.status is Status.AVAILABLE) == well, moment


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_reason_is_given_exactly_when_something_is_wrong(scenario):
    for moment in moments(scenario):
        found = judge(moment.seen)

        well = found.status in (Status.AVAILABLE, Status.SCALED_TO_ZERO)
        assert bool(found.reason) == (not well), moment
        assert not (well and found.diagnoses), moment
        assert not found.diagnoses or found.reason.startswith(found.diagnoses[0].summary), moment


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_counts_that_the_server_leaves_out_are_zero(scenario):
    for moment in moments(scenario):
        counts, status = replicas_of(moment.deployment), moment.deployment.get("status", {})

        assert counts.desired == moment.deployment["spec"]["replicas"], moment
        assert counts.available == status.get("availableReplicas", 0), moment
        assert counts.ready == status.get("readyReplicas", 0), moment


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
        *[(scenario, ["Pending", "Available", "Degraded"]) for scenario in CRASHING],
    ],
)
def test_the_statuses_of_a_scenario_in_order(scenario, statuses):
    assert story(scenario) == statuses


@pytest.mark.parametrize("scenario", ["bad-update", "gpu-rollout-deadlock", "paused"])
def test_a_stuck_update_is_never_available_although_the_old_pods_are(scenario):
    after = [moment for moment in moments(scenario) if moment.since_change is not None]

    assert after
    for moment in after:
        assert judge(moment.seen).status is not Status.AVAILABLE
        assert replicas_of(moment.deployment).available > 0


def test_what_a_real_api_server_answers_has_the_form_that_is_asked_of_it():
    for moment in every_moment():
        object_of("Deployment", moment.deployment)
        for key, _, kind in LISTS:
            for found in moment.data.get(key) or ():
                object_of(kind, found)


def glance(moment: Moment, *, pods: bool) -> Snapshot:
    """Return what a list reads of a group that is well, or what get does."""
    seen = Snapshot(moment.deployment, route=served_route())
    return replace(seen, pods=moment.seen.pods, replica_sets=moment.seen.replica_sets) if pods else seen


@pytest.mark.parametrize("pods", [False, True])
def test_what_is_judged_without_looking_for_causes_has_none(pods: bool):
    glances = [glance(moment, pods=pods) for moment in every_moment()]
    statuses = [judge(seen).status for seen in glances]

    assert 0 < statuses.count(Status.AVAILABLE) < len(glances)
    for seen, status in zip(glances, statuses, strict=True):
        complete = rollout_step(seen.deployment).complete and replicas_of(seen.deployment).desired
        assert (status is Status.AVAILABLE) == bool(complete and not diagnose(seen)), seen
