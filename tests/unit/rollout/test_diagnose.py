"""Which pods count, what comes first, and that no object, however odd, ends in an error."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaling_group.records import Status
from scaling_group.rollout.causes.catalogue import CATALOGUE
from scaling_group.rollout.diagnose import diagnose
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.rollout.status import judge
from tests.unit.rollout.recordings import SCENARIOS, moments
from tests.unit.rollout.situations import (
    CLASS,
    GATEWAY,
    OLD_HASH,
    START,
    at,
    ended,
    event,
    found,
    group,
    one,
    pod,
    replica_set,
    route,
    running,
    snapshot,
    summaries,
    waiting,
)

READY = [{"type": "Ready", "status": "True"}]
SETS = [replica_set(), replica_set(OLD_HASH, "1")]
LOOP = waiting("CrashLoopBackOff", lastState=ended(1), restartCount=5)
NO_SECRET = waiting("CreateContainerConfigError", 'secret "tokens" not found')
DEADLINE = {
    "type": "Progressing",
    "status": "False",
    "reason": "ProgressDeadlineExceeded",
    "message": "timed out",
}


def test_pods_of_the_revision_before_are_on_their_way_out():
    old, new = pod("old-1", LOOP, template=OLD_HASH), pod("web-1", waiting("ContainerCreating"))

    assert found(old, new, replica_sets=SETS) == []
    assert found(old, replica_sets=SETS) == []


def test_a_pod_that_is_being_deleted_says_nothing():
    gone = pod("web-1", LOOP)
    gone["metadata"]["deletionTimestamp"] = at(3)

    assert found(gone) == []


def test_without_replica_sets_the_newest_pods_count_once_the_controller_has_made_them():
    old, new = pod("old-1", LOOP, template=OLD_HASH), pod("web-1", NO_SECRET)
    new["metadata"]["creationTimestamp"] = at(60)
    made, unmade = group(1, replicas=2), group(1, replicas=1, updatedReplicas=0)

    assert one(old, new, replica_sets=[], deployment=made).category == "missing-secret"
    assert found(old, replica_sets=[], deployment=unmade) == []


def test_an_update_in_trouble_says_that_the_old_revision_still_serves():
    old = pod("old-1", running(ready=True), template=OLD_HASH, conditions=READY)
    deployment = group(2, replicas=2, updatedReplicas=1)
    told = found(old, pod("web-1", NO_SECRET), replica_sets=SETS, deployment=deployment)
    judged = judge(snapshot(old, pod("web-1", NO_SECRET), replica_sets=SETS, deployment=group(2, replicas=3)))

    assert [(d.category, d.terminal) for d in told] == [
        ("missing-secret", True),
        ("old-revision-serves", False),
    ]
    assert judged.reason == (
        "the Secret tokens does not exist in namespace default (1 of 2 replicas); "
        "the old revision still serves with 1 of 2 replicas"
    )


def test_an_update_on_its_way_is_no_trouble():
    old = pod("old-1", running(ready=True), template=OLD_HASH, conditions=READY)

    assert found(old, pod("web-1", waiting("ContainerCreating")), replica_sets=SETS) == []


def test_a_route_in_trouble_is_not_the_updates():
    old = pod("old-1", running(ready=True), template=OLD_HASH, conditions=READY)
    coming = pod("web-1", waiting("ContainerCreating"))
    told = found(old, coming, replica_sets=SETS, route=route(("Accepted", "False", "NoMatchingParent", "")))

    assert [d.category for d in told] == ["listener-missing"]


def test_what_no_waiting_heals_comes_first_and_symptoms_last():
    unready = pod("web-1", running(since=1))
    told = found(unready, pod("web-2", NO_SECRET), deployment=group(2, conditions=[DEADLINE]))

    assert [d.category for d in told] == ["missing-secret", "not-ready", "progress-deadline"]


def test_a_deadline_alone_is_told_when_nothing_else_is_known():
    judged = judge(snapshot(deployment=group(1, conditions=[DEADLINE]), replica_sets=[]))

    assert (judged.status, judged.reason) == (
        Status.FAILED,
        "the rollout made no progress for 600 s, its deadline",
    )


def test_one_line_for_each_cause_with_the_number_of_replicas():
    pods = [pod(f"web-{n}", NO_SECRET) for n in range(3)] + [pod("web-9", running(ready=True))]

    assert summaries(found(*pods)) == [
        "the Secret tokens does not exist in namespace default (3 of 4 replicas)"
    ]


def test_it_has_lasted_since_the_first_of_them():
    early, late = pod("web-1", {"state": ended(1, 5, 5)}), pod("web-2", {"state": ended(1, 9, 9)})

    assert (one(late, early).since - START).total_seconds() == 5


@pytest.mark.parametrize(
    ("status", "doing"),
    [
        (waiting("ContainerCreating"), "0 of 1 replicas available, 1 pulling the image"),
        (running(since=119), "0 of 1 replicas available, 1 running but not ready"),
    ],
)
def test_a_rollout_that_is_well_says_what_it_is_at(status, doing):
    coming = pod("web-1", status, phase="Pending" if "waiting" in status["state"] else "Running")
    events = [event(coming, "Pulling", 'Pulling image "a"')]

    assert judge(snapshot(coming, events=events)).reason == doing


@pytest.mark.parametrize(
    ("status", "message", "at_seconds", "said"),
    [
        (
            running(since=116),
            "Readiness probe failed: dial tcp 10.0.0.1:8080: connect: connection refused",
            118,
            " (readiness probe fails so far: nothing accepts connections on port 8080)",
        ),
        # One probe says nothing of a start that is still allowed.
        (
            {**running(since=60), "started": False},
            "Startup probe failed: HTTP probe failed with statuscode: 503",
            118,
            " (startup probe fails so far: GET /health on port 8080 is answered with 503)",
        ),
        # What was said of the run before, or of another probe.
        (running(since=116), "Readiness probe failed: connection refused", 100, ""),
        (running(since=116), "Liveness probe failed: connection refused", 118, ""),
    ],
)
def test_a_probe_that_has_failed_is_told_before_it_counts(status, message, at_seconds, said):
    spec = {
        "readinessProbe": {"tcpSocket": {"port": 8080}},
        "startupProbe": {"httpGet": {"path": "/health", "port": 8080}},
    }
    coming = pod("web-1", status, phase="Running", container=spec)
    events = [event(coming, "Unhealthy", message, last=at_seconds)]

    judged = judge(snapshot(coming, events=events))

    assert judged.diagnoses == ()
    assert judged.reason == f"0 of 1 replicas available, 1 running but not ready{said}"


def test_a_rollout_without_pods_says_what_it_waits_for():
    judged = judge(snapshot(deployment=group(1, replicas=0, updatedReplicas=0)))

    assert (judged.status, judged.reason) == (Status.UPDATING, "0 of 1 replicas updated")


def test_categories_are_unique_and_told_in_one_form():
    categories = [cause.category for cause in CATALOGUE]

    assert len(categories) == len(set(categories))
    assert not [cause for cause in CATALOGUE if not (cause.meaning.endswith(".") and cause.fix.endswith("."))]


# What follows holds for whatever the API server, or somebody who edits a file, may come up with.

EVERYTHING = [moments(scenario)[-1].seen for scenario in SCENARIOS]
LISTS = ("replica_sets", "pods", "events", "claims")
SINGLES = ("deployment", "route", "gateway", "gateway_class")


def shuffled(seen: Snapshot, order: random.Random) -> Snapshot:
    return replace(
        seen, **{name: order.sample(list(getattr(seen, name)), len(getattr(seen, name))) for name in LISTS}
    )


@given(st.sampled_from(EVERYTHING), st.randoms(use_true_random=False))
def test_the_order_of_objects_does_not_matter(seen: Snapshot, order: random.Random) -> None:
    assert diagnose(shuffled(seen, order)) == diagnose(seen)


@given(st.sampled_from(EVERYTHING), st.data())
def test_any_objects_may_be_missing(seen: Snapshot, data: st.DataObject) -> None:
    kept = {name: [o for o in getattr(seen, name) if data.draw(st.booleans())] for name in LISTS}

    well_formed(replace(seen, **kept, taken=data.draw(st.sampled_from([seen.taken, None]))))


@given(st.sampled_from(EVERYTHING), st.data())
def test_any_field_may_be_missing_or_something_else(seen: Snapshot, data: st.DataObject) -> None:
    refused = route(("Accepted", "False", "NotAllowedByListeners", ""))
    seen = replace(seen, route=refused, gateway=GATEWAY, gateway_class=CLASS)
    whole = copy.deepcopy({name: getattr(seen, name) for name in (*SINGLES, *LISTS)})
    places = list(_places(whole))
    for holder, key in data.draw(st.lists(st.sampled_from(places), max_size=12)):
        holder[key] = data.draw(st.sampled_from([None, "", "x", 0, -1, 1.5, True, [], {}, [None], {"a": 1}]))
    objects = {name: whole[name] if isinstance(whole[name], dict) else {} for name in SINGLES}
    lists = {name: whole[name] if isinstance(whole[name], list) else [] for name in LISTS}

    well_formed(
        replace(
            seen,
            **objects,
            **{name: [o for o in found if isinstance(o, dict)] for name, found in lists.items()},
        )
    )


def _places(holder: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every holder with every key or index of it."""
    pairs = (
        holder.items() if isinstance(holder, dict) else enumerate(holder) if isinstance(holder, list) else ()
    )
    for key, value in pairs:
        yield holder, key
        yield from _places(value)


def well_formed(seen: Snapshot) -> None:
    judged = judge(seen)

    assert {d.category for d in judged.diagnoses} <= {cause.category for cause in CATALOGUE}
    assert all(d.summary and d.resolution and "\n" not in d.summary for d in judged.diagnoses)
    assert bool(judged.reason) == (judged.status not in (Status.AVAILABLE, Status.SCALED_TO_ZERO))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_replica_that_runs_well_refutes_that_its_like_cannot(scenario: str) -> None:
    for moment in moments(scenario):
        rollout = ObservedRollout(moment.seen)
        well = pod("zzz-well", running(ready=True))
        well["metadata"]["labels"] = dict(_labels(rollout))
        beside = replace(moment.seen, pods=[*moment.seen.pods, well])
        hopeless = [d for d in diagnose(beside) if d.terminal and "replicas" in d.summary]
        assert not [d for d in hopeless if d.detail.startswith("pod ")], str(moment)


def _labels(rollout: ObservedRollout) -> dict[str, str]:
    labels = rollout.newest_set.get("metadata", {}).get("labels", {})
    return {"pod-template-hash": labels.get("pod-template-hash", "")}


def test_a_budget_that_keeps_a_pod_on_its_node_is_told_beside_the_cause_and_never_alone():
    old = pod("old-1", running(ready=True), template=OLD_HASH, conditions=READY)
    words = 'Cannot disrupt Node: pdb "default/web" prevents pod evictions'
    events = [{**event(old, "DisruptionBlocked", words)}]
    deployment = group(2, replicas=2, updatedReplicas=1)
    told = found(old, pod("web-1", NO_SECRET), replica_sets=SETS, deployment=deployment, events=events)
    well = group(1, availableReplicas=1, readyReplicas=1)
    served = pod("web-1", running(ready=True), conditions=READY)

    assert [each.category for each in told] == ["missing-secret", "old-revision-serves", "eviction-blocked"]
    assert found(served, deployment=well, events=[event(served, "DisruptionBlocked", words)]) == []
