"""What a controller says of a route and its Gateway, and what it leaves unsaid."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from scaling_group.rollout.attachment import GatewayView, attachment_of
from scaling_group.rollout.causes import gateway as judged
from scaling_group.rollout.diagnose import diagnose
from scaling_group.rollout.route import answers, route_step
from tests.unit.rollout.situations import CLASS, GATEWAY, PARENT, group, pod, route, running, snapshot

ACCEPTED = ("Accepted", "True", "Accepted", "")
PROGRAMMED = {
    "conditions": [{"type": "Accepted", "status": "True"}, {"type": "Programmed", "status": "True"}]
}


def answered(*refs: dict[str, Any], generation: int = 1, by: str = "a.example.com") -> dict[str, Any]:
    """Return the route with an accepting entry for each of these parentRefs."""
    found = route(ACCEPTED)
    [entry] = found["status"]["parents"]
    for condition in entry["conditions"]:
        condition["observedGeneration"] = generation
    found["status"]["parents"] = [
        copy.deepcopy({**entry, "parentRef": ref, "controllerName": by}) for ref in refs
    ]
    return found


@pytest.mark.parametrize(
    "past",
    [
        {**PARENT, "sectionName": "web"},
        {**PARENT, "name": "old"},
        {**PARENT, "namespace": "other"},
        {**PARENT, "port": 8443},
        {**PARENT, "kind": "Service", "group": ""},
    ],
)
def test_an_entry_of_another_parent_is_past(past: dict[str, Any]) -> None:
    found = answered(past, PARENT)
    found["status"]["parents"][0]["conditions"][0]["status"] = "False"

    assert [each["parentRef"] for each in answers(found)] == [PARENT]
    assert route_step(found).complete
    assert not route_step(answered(past)).complete


def test_a_parent_may_be_written_with_its_defaults() -> None:
    whole = {**PARENT, "group": "gateway.networking.k8s.io", "kind": "Gateway"}

    assert route_step(answered(whole)).complete


def test_of_two_controllers_the_one_that_knows_the_route_as_it_is_counts() -> None:
    found, old = answered(PARENT), answered(PARENT, generation=0, by="b.example.com")
    found["status"]["parents"].insert(0, old["status"]["parents"][0])

    assert [each["controllerName"] for each in answers(found)] == ["a.example.com"]


def served(found: dict[str, Any], after: float, gateway: dict[str, Any]) -> list[tuple[str, bool]]:
    deployment = group(1, availableReplicas=1, readyReplicas=1)
    seen = snapshot(
        pod("web-1", running(ready=True)),
        deployment=deployment,
        route=found,
        gateway=gateway,
        gateway_class=CLASS,
        after=after,
    )
    return [(each.category, each.terminal) for each in diagnose(seen)]


def test_a_gateway_in_service_that_says_nothing_is_not_waited_for_to_the_end() -> None:
    gateway = {**GATEWAY, "status": PROGRAMMED}

    assert served(route(), 30, gateway) == [("gateway-controller-missing", False)]
    assert served(route(), 90, gateway) == [("route-unanswered", True)]
    assert served(route(), 90, GATEWAY) == [("gateway-controller-missing", False)]


def test_a_gateway_without_an_address_is_a_warning_while_its_listener_serves() -> None:
    bare = {"type": "Programmed", "status": "False", "reason": "AddressNotAssigned", "message": "none left"}
    listeners = [{"name": "https", "conditions": [{"type": "Programmed", "status": "True"}]}]
    accepted = {"type": "Accepted", "status": "True"}
    found = {**GATEWAY, "status": {"conditions": [accepted, bare], "listeners": listeners}}
    view = GatewayView(attachment_of({}, PARENT, "default"), found)
    told = judged.without_address(view)

    assert told is not None
    assert told.said == "Gateway gateway-system/gateway has no address, while its listener is in service"
    assert judged.fault(view) is judged.pending(view) is None
    listeners[0]["conditions"] = []
    assert judged.without_address(view) is None
    assert judged.fault(view) is not None
