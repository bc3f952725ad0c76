"""Routes that no gateway serves, by the conditions of the Gateway API, as Traefik writes them too.

https://gateway-api.sigs.k8s.io/reference/spec/#routeconditionreason
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from scaling_group.records import Diagnosis, Status
from scaling_group.rollout.diagnose import diagnose
from scaling_group.rollout.snapshot import ABSENT, Snapshot
from scaling_group.rollout.status import judge
from tests.unit.rollout.situations import CLASS, GATEWAY, LISTENER, group, pod, route, running, snapshot

RESOLVED = ("ResolvedRefs", "True", "ResolvedRefs", "")
ACCEPTED = ("Accepted", "True", "Accepted", "")
SERVED = route(ACCEPTED, RESOLVED)


def refused(reason: str, message: str = "") -> dict[str, Any]:
    return route(("Accepted", "False", reason, message), RESOLVED)


def seen(found: Any, after: float = 120, **more: Any) -> Snapshot:
    """Return a group that is available, with this route."""
    deployment = group(1, availableReplicas=1, readyReplicas=1)
    more = {"gateway": GATEWAY, "gateway_class": CLASS, **more}
    return snapshot(
        pod("web-1", running(ready=True)), deployment=deployment, route=found, after=after, **more
    )


def told(found: Any, **more: Any) -> Diagnosis:
    [diagnosis] = diagnose(seen(found, **more))
    return diagnosis


def unresolved(reason: str, message: str) -> dict[str, Any]:
    return route(ACCEPTED, ("ResolvedRefs", "False", reason, message))


NO_SERVICE = unresolved("BackendNotFound", "Cannot load HTTPBackendRef default/web: service not found")


@pytest.mark.parametrize(
    ("found", "more", "category", "summary", "terminal"),
    [
        (ABSENT, {}, "route-missing", "the HTTPRoute web does not exist in namespace default", True),
        (
            route(),
            {"gateway": ABSENT},
            "gateway-missing",
            "there is no Gateway gateway-system/gateway",
            True,
        ),
        (
            route(),
            {"gateway_class": ABSENT},
            "gateway-controller-missing",
            "there is no GatewayClass 'traefik', which Gateway gateway-system/gateway names",
            True,
        ),
        (
            refused("NoMatchingParent"),
            {"gateway": {**GATEWAY, "spec": {"listeners": [{"name": "web"}, {"name": "websecure"}]}}},
            "listener-missing",
            "Gateway gateway-system/gateway has no listener 'https'",
            True,
        ),
        (
            refused("NoMatchingParent"),
            {"gateway": None, "gateway_class": None},
            "listener-missing",
            "Gateway gateway-system/gateway has no listener 'https', or one that does not work",
            True,
        ),
        (
            refused("NoMatchingParent"),
            {},
            "route-refused",
            "Gateway gateway-system/gateway does not take the route at its listener 'https'",
            False,
        ),
        (
            refused("NotAllowedByListeners"),
            {},
            "listener-refuses-namespace",
            "the listener 'https' of Gateway gateway-system/gateway admits no routes from namespace "
            "'default'",
            True,
        ),
        (
            refused("NoMatchingListenerHostname"),
            {},
            "hostname-not-covered",
            "the listener 'https' of Gateway gateway-system/gateway does not cover the host "
            "abc123-web.other.example.com",
            True,
        ),
        (
            refused("NoMatchingListenerHostname"),
            {"gateway": None, "gateway_class": None},
            "hostname-not-covered",
            "the listener 'https' of Gateway gateway-system/gateway does not cover the host "
            "abc123-web.other.example.com",
            True,
        ),
        (
            refused("UnsupportedValue", "timeouts are not supported"),
            {},
            "route-refused",
            "Gateway gateway-system/gateway refuses the route: timeouts are not supported",
            False,
        ),
        (
            NO_SERVICE,
            {},
            "backend-not-resolved",
            "Gateway gateway-system/gateway cannot use the Service web: Cannot load "
            "HTTPBackendRef default/web: "
            "service not found",
            False,
        ),
        (
            NO_SERVICE,
            {"service": ABSENT},
            "backend-not-resolved",
            "Gateway gateway-system/gateway cannot use the Service web, which does not exist",
            True,
        ),
        (
            route(),
            {},
            "gateway-controller-missing",
            "no controller has accepted the HTTPRoute web at Gateway gateway-system/gateway",
            False,
        ),
        (
            route(),
            {"gateway_class": {**CLASS, "status": {}}},
            "gateway-controller-missing",
            "no controller has accepted GatewayClass 'traefik'",
            False,
        ),
    ],
)
def test_a_route_that_is_not_served_names_its_cause(found, more, category, summary, terminal):
    diagnosis = told(found, **more)

    assert (diagnosis.category, diagnosis.summary, diagnosis.terminal) == (category, summary, terminal)
    assert judge(seen(found, **more)).status is Status.DEGRADED
    assert judge(seen(found, **more)).reason == summary


@pytest.mark.parametrize("found", [route(), route(("Accepted", "Unknown", "Pending", ""))])
def test_a_controller_gets_its_time_to_answer(found):
    assert diagnose(seen(found, after=5)) == []
    assert judge(seen(found, after=5)).status is Status.DEGRADED


def test_what_a_gateway_says_at_first_may_change():
    assert not told(refused("NotAllowedByListeners"), after=4).terminal


def test_an_answer_to_an_earlier_generation_is_none():
    changed = copy.deepcopy(refused("NotAllowedByListeners"))
    changed["metadata"]["generation"] = 2

    assert told(changed).category == "gateway-controller-missing"


def listener_says(kind: str, status: str, reason: str, message: str) -> dict[str, Any]:
    condition = {"type": kind, "status": status, "reason": reason, "message": message}
    return {**GATEWAY, "status": {"listeners": [{"name": "https", "conditions": [condition]}]}}


@pytest.mark.parametrize(
    ("gateway", "category", "summary"),
    [
        (
            # Traefik says NoMatchingParent of the route then.
            listener_says(
                "ResolvedRefs", "False", "InvalidCertificateRef", "Error while retrieving certificate"
            ),
            "certificate-unusable",
            "the listener 'https' of Gateway gateway-system/gateway cannot use its certificate: "
            "Error while "
            "retrieving certificate",
        ),
        (
            listener_says(
                "ResolvedRefs", "False", "RefNotPermitted", "Cannot load CertificateRef default/tls"
            ),
            "certificate-unusable",
            "the listener 'https' of Gateway gateway-system/gateway cannot use its certificate: "
            "Cannot load "
            "CertificateRef default/tls",
        ),
        (
            listener_says("Accepted", "False", "PortUnavailable", "Cannot find entryPoint for Gateway"),
            "gateway-not-programmed",
            "the listener 'https' of Gateway gateway-system/gateway is not valid: Cannot find "
            "entryPoint for Gateway",
        ),
        (
            listener_says("Conflicted", "True", "HostnameConflict", ""),
            "gateway-not-programmed",
            "the listener 'https' of Gateway gateway-system/gateway is not valid: HostnameConflict",
        ),
    ],
)
def test_a_listener_that_does_not_work_is_why_its_routes_do_not(gateway, category, summary):
    for found in (refused("NoMatchingParent"), route()):
        diagnosis = told(found, gateway=gateway)
        assert (diagnosis.category, diagnosis.summary) == (category, summary)


def test_the_faults_of_another_listener_are_not_the_routes():
    gateway = listener_says("Accepted", "False", "PortUnavailable", "")
    gateway["status"]["listeners"][0]["name"] = "http"

    assert told(refused("NoMatchingParent"), gateway=gateway).category == "route-refused"


def test_a_listener_for_other_kinds_of_routes_says_why_it_refuses_one():
    other = {**LISTENER, "allowedRoutes": {"namespaces": {"from": "All"}, "kinds": [{"kind": "GRPCRoute"}]}}
    gateway = {**GATEWAY, "spec": {"gatewayClassName": "traefik", "listeners": [other]}}
    diagnosis = told(refused("NotAllowedByListeners"), gateway=gateway)

    assert diagnosis.category == "listener-refuses-kind"
    assert diagnosis.detail == (
        "HTTPRoute web: Accepted=False (NotAllowedByListeners)\nIts allowedRoutes.kinds: GRPCRoute"
    )


@pytest.mark.parametrize("found", [refused("NoMatchingParent"), route()])
def test_a_gateway_that_its_controller_refuses_is_why_it_serves_no_route(found):
    said = {"type": "Accepted", "status": "False", "reason": "Invalid", "message": "unknown parameters"}
    diagnosis = told(found, gateway={**GATEWAY, "status": {"conditions": [said]}})

    assert diagnosis.category == "gateway-not-programmed"
    assert diagnosis.summary == "Gateway gateway-system/gateway is not Accepted: unknown parameters"


def test_what_was_said_of_an_earlier_generation_of_the_gateway_does_not_count():
    gateway = listener_says("Accepted", "False", "PortUnavailable", "")
    gateway["metadata"] = {**gateway["metadata"], "generation": 2}
    gateway["status"]["listeners"][0]["conditions"][0]["observedGeneration"] = 1

    assert told(refused("NoMatchingParent"), gateway=gateway).category == "route-refused"


def test_a_listener_that_is_being_set_up_has_no_fault():
    gateway = listener_says("Programmed", "False", "Pending", "")

    assert told(refused("NoMatchingParent"), gateway=gateway).category == "route-refused"


@pytest.mark.parametrize(
    ("names", "covered"),
    [
        ((), True),
        (["abc123-web.other.example.com"], True),
        (["*.other.example.com", "other.example.com"], True),
        (["*.OTHER.example.com"], True),
        (["*.example.com"], False),
        (["other.example.com"], False),
    ],
)
def test_a_certificate_covers_the_host_by_its_names(names, covered):
    found = diagnose(seen(SERVED, certificate_names=names))

    assert [d.category for d in found] == ([] if covered else ["certificate-other-host"])
    assert judge(seen(SERVED, certificate_names=names)).status is (
        Status.AVAILABLE if covered else Status.DEGRADED
    )


def test_a_route_that_nobody_has_read_is_not_judged():
    assert judge(seen(None)).status is Status.AVAILABLE


def test_a_group_without_replicas_needs_no_route():
    empty = group(0, replicas=0, updatedReplicas=0)

    assert judge(snapshot(deployment=empty, route=ABSENT)).status is Status.SCALED_TO_ZERO
    assert diagnose(snapshot(deployment=empty, route=ABSENT)) == []
