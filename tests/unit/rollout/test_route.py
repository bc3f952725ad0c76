"""Whether a gateway serves a route, after the Gateway API's RouteParentStatus."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.rollout.deployment_status import RolloutStep
from scaling_group.rollout.route import route_step


def said(kind: str, value: str = "True", generation: int | None = 2, **more: str) -> dict[str, Any]:
    observed = {} if generation is None else {"observedGeneration": generation}
    return {"type": kind, "status": value, **observed, **more}


def route(*parents: list[dict[str, Any]]) -> dict[str, Any]:
    answers = [{"parentRef": {"name": "gateway"}, "conditions": conditions} for conditions in parents]
    return {"metadata": {"generation": 2}, "status": {"parents": answers}}


SERVED = [said("Accepted"), said("ResolvedRefs")]
UNANSWERED = "no gateway has accepted the HTTPRoute yet"


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ({}, "the HTTPRoute does not exist"),
        ({"metadata": {"generation": 1}}, UNANSWERED),
        ({"metadata": {"generation": 1}, "status": {"parents": []}}, UNANSWERED),
        ({"metadata": {"generation": 1}, "status": None}, UNANSWERED),
        (route([]), "the gateway has not reported Accepted of the HTTPRoute yet"),
        (
            route([said("Accepted"), said("ResolvedRefs", generation=1)]),
            "the gateway has not reported ResolvedRefs of the HTTPRoute yet",
        ),
        (
            route([said("Accepted", generation=1), said("ResolvedRefs")]),
            "the gateway has not reported Accepted of the HTTPRoute yet",
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
def test_what_a_route_waits_for(found, message):
    assert route_step(found) == RolloutStep(False, message)


@pytest.mark.parametrize(
    "found",
    [
        route(SERVED),
        route(SERVED, SERVED),
        # Some controllers write no more than this.
        route([said("Accepted")]),
        route([said("Accepted", generation=None), said("ResolvedRefs", generation=None)]),
        route([*SERVED, said("Programmed", "False")]),
    ],
)
def test_a_served_route_waits_for_nothing(found):
    assert route_step(found) == RolloutStep(True)
