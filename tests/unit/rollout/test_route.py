"""Whether a gateway serves a route, after the Gateway API's RouteParentStatus."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.records import Status
from scaling_group.rollout.route import route_step
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.rollout.status import judge

COMPLETE = {
    "metadata": {"generation": 1},
    "spec": {"replicas": 1},
    "status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1},
}


def said(kind: str, value: str = "True", generation: int | None = 2, **more: str) -> dict[str, Any]:
    observed = {} if generation is None else {"observedGeneration": generation}
    return {"type": kind, "status": value, **observed, **more}


def route(*parents: list[dict[str, Any]]) -> dict[str, Any]:
    answers = [{"parentRef": {"name": "gateway"}, "conditions": conditions} for conditions in parents]
    return {"metadata": {"generation": 2}, "status": {"parents": answers}}


SERVED = [said("Accepted"), said("ResolvedRefs")]
UNANSWERED = "no gateway has answered for the HTTPRoute yet"


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (None, "the HTTPRoute does not exist"),
        ({"metadata": {"generation": 1}}, UNANSWERED),
        ({"metadata": {"generation": 1}, "status": {"parents": []}}, UNANSWERED),
        ({"metadata": {"generation": 1}, "status": None}, UNANSWERED),
        (route([]), "the gateway has not judged Accepted of the HTTPRoute yet"),
        (route([said("Accepted")]), "the gateway has not judged ResolvedRefs of the HTTPRoute yet"),
        (
            route([said("Accepted", generation=1), said("ResolvedRefs")]),
            "the gateway has not judged Accepted of the HTTPRoute yet",
        ),
        (
            route([said("Accepted", "False", reason="NoMatchingListenerHostname"), said("ResolvedRefs")]),
            "gateway gateway says Accepted=False (NoMatchingListenerHostname) of the HTTPRoute",
        ),
        (
            route(
                [said("Accepted"), said("ResolvedRefs", "False", reason="BackendNotFound", message="no x")]
            ),
            "gateway gateway says ResolvedRefs=False (BackendNotFound) of the HTTPRoute: no x",
        ),
        (
            route([said("Accepted", "Unknown", reason="Pending"), said("ResolvedRefs")]),
            "gateway gateway says Accepted=Unknown (Pending) of the HTTPRoute",
        ),
        (
            route(SERVED, [said("Accepted", "False", reason="NotAllowedByListeners"), said("ResolvedRefs")]),
            "gateway gateway says Accepted=False (NotAllowedByListeners) of the HTTPRoute",
        ),
    ],
)
def test_a_route_that_is_not_served_degrades_its_group(found, message):
    step = route_step(found)
    judgement = judge(Snapshot(COMPLETE, route=found))

    assert (step.complete, step.failed, step.message) == (False, False, message)
    assert (judgement.status, judgement.reason) == (Status.DEGRADED, message)


@pytest.mark.parametrize(
    "found",
    [
        route(SERVED),
        route(SERVED, SERVED),
        route([said("Accepted", generation=None), said("ResolvedRefs", generation=None)]),
        route([*SERVED, said("Programmed", "False")]),
    ],
)
def test_a_served_route_completes_its_group(found):
    assert route_step(found).complete
    assert judge(Snapshot(COMPLETE, route=found)).status is Status.AVAILABLE


def test_a_group_without_replicas_needs_no_route():
    empty = {**COMPLETE, "spec": {"replicas": 0}, "status": {"observedGeneration": 1}}

    assert judge(Snapshot(empty, route=None)).status is Status.SCALED_TO_ZERO


def test_a_rollout_is_judged_before_its_route():
    waiting = {**COMPLETE, "status": {"observedGeneration": 1}}

    assert judge(Snapshot(waiting, route=None)).reason == "0 of 1 replicas updated"
