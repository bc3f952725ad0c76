"""One trouble of a gateway has one identifier and one sentence, whoever tells of it."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.check_result import Outcome
from scaling_group.errors import ScalingGroupError
from scaling_group.operations.checks.context import CheckContext
from scaling_group.operations.doctor import doctor
from scaling_group.operations.preflight import check_gateway
from scaling_group.rollout.certificate import ServedCertificate
from scaling_group.rollout.diagnose import diagnose
from scaling_group.spec.hostname import own_host
from tests.unit.operations.fakes import ENVIRONMENT, FakeCluster, FakeEngine, FakeNetwork, record_of
from tests.unit.operations.test_doctor import ADDRESS, HOST, LATER, NAMES
from tests.unit.rollout import situations
from tests.unit.rollout.gateways import condition_of, gateway, gateway_class, listener

NAME = "example"
SPEC = record_of(NAME).spec
RESOLVED = ("ResolvedRefs", "True", "ResolvedRefs", "")
NO_CLASS: dict[str, Any] = {}


def served(*listeners: Any, **status: Any) -> dict[str, Any]:
    return gateway(*listeners, addresses=[{"value": ADDRESS}], **status)


def listener_says(*said: Any) -> dict[str, Any]:
    return served(listeners=[{"name": "https", "conditions": list(said)}])


GRPC_ALONE = {"namespaces": {"from": "All"}, "kinds": [{"kind": "GRPCRoute"}]}
NO_SECRET = condition_of("ResolvedRefs", "False", reason="InvalidCertificateRef", message="no Secret")
PORT = condition_of("Accepted", "False", reason="PortUnavailable", message="port in use")

#: By category what is wrong with the gateway, what it then says of a route, and whether create finds it.
TROUBLES: list[tuple[str, Any, Any, str, bool]] = [
    ("gateway-missing", None, gateway_class(), "", True),
    ("gateway-controller-missing", served(), NO_CLASS, "", False),
    ("gateway-controller-missing", served(), gateway_class("Unknown"), "", False),
    ("gateway-controller-missing", served(), gateway_class("False", reason="Invalid"), "", False),
    ("gateway-not-programmed", served(conditions=[PORT]), gateway_class(), "NoMatchingParent", False),
    ("gateway-not-programmed", listener_says(PORT), gateway_class(), "NoMatchingParent", False),
    ("certificate-unusable", listener_says(NO_SECRET), gateway_class(), "NoMatchingParent", False),
    ("listener-missing", served(listener(name="web")), gateway_class(), "NoMatchingParent", True),
    (
        "listener-refuses-kind",
        served(listener(allowedRoutes=GRPC_ALONE)),
        gateway_class(),
        "NotAllowedByListeners",
        True,
    ),
    (
        "listener-refuses-namespace",
        served(listener(allowedRoutes=None)),
        gateway_class(),
        "NotAllowedByListeners",
        True,
    ),
    (
        "hostname-not-covered",
        served(listener(hostname="*.example.org")),
        gateway_class(),
        "NoMatchingListenerHostname",
        True,
    ),
]


def by_doctor(found: Any, of_class: Any, shown: ServedCertificate) -> tuple[str, str]:
    """Return identifier and sentence of the one check that fails."""
    cluster = FakeCluster()
    cluster.gateway = found
    cluster.environs = [each for each in cluster.environs if each["kind"] != "GatewayClass"]
    cluster.environs += [of_class] if of_class else []
    network = FakeNetwork({HOST: [ADDRESS]}, shown)
    results = doctor(CheckContext(lambda: ENVIRONMENT, FakeEngine(), network, lambda: cluster))
    [failed] = [result for result in results if result.outcome is Outcome.FAILED]
    return failed.category, failed.summary


def by_get(found: Any, of_class: Any, reason: str, names: tuple[str, ...] = ()) -> tuple[str, str]:
    """Return identifier and sentence of the one diagnosis of a group whose route is answered so.

    reason: of a refusal; empty where nobody answers, "Accepted" where the route is served.
    """
    status = "True" if reason == "Accepted" else "False"
    route = situations.route(("Accepted", status, reason, ""), RESOLVED) if reason else situations.route()
    route["spec"]["hostnames"] = [HOST]
    seen = situations.snapshot(
        situations.pod("web-1", situations.running(ready=True)),
        deployment=situations.group(1, availableReplicas=1, readyReplicas=1),
        route=route,
        gateway=found or {},
        gateway_class=of_class,
        certificate_names=names,
    )
    [diagnosis] = diagnose(seen)
    return diagnosis.category, diagnosis.summary


@pytest.mark.parametrize(("category", "found", "of_class", "reason", "create"), TROUBLES)
def test_doctor_create_and_get_say_the_same_of_a_gateway(category, found, of_class, reason, create):
    told = by_doctor(found, of_class, ServedCertificate(NAMES, LATER))
    cluster = FakeCluster()
    cluster.gateway = found

    assert told[0] == category
    assert by_get(found, of_class, reason) == told
    if create:
        with pytest.raises(ScalingGroupError) as raised:
            check_gateway(cluster, SPEC, ENVIRONMENT, [own_host(NAME, ENVIRONMENT)])
        assert raised.value.message == told[1]
    else:
        check_gateway(cluster, SPEC, ENVIRONMENT, [own_host(NAME, ENVIRONMENT)])


def test_doctor_and_get_say_the_same_of_a_certificate_for_another_host():
    names = ("shop.example.com",)
    told = by_doctor(served(), gateway_class(), ServedCertificate(names, LATER))

    assert told[0] == "certificate-other-host"
    assert by_get(served(), gateway_class(), "Accepted", names) == told
