"""Whether a URL answers, and where a request to it stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scaling_group.answer import Answer
from scaling_group.errors import NotFound
from scaling_group.operations.diagnose import diagnose_recorded
from scaling_group.operations.get import get
from scaling_group.operations.probe import probe
from scaling_group.operations.snapshot import snapshot
from scaling_group.records import now
from scaling_group.rollout.certificate import ServedCertificate
from scaling_group.rollout.known_gateways import GATEWAYS, known_gateway
from scaling_group.rollout.response import Response
from tests.unit.operations.fakes import (
    FakeCluster,
    FakeNetwork,
    FakeReader,
    FakeState,
    context_of,
    objects_of,
    older_route,
    pod_of,
    record_of,
)
from tests.unit.rollout.gateways import gateway, gateway_class

ADDRESS = "192.0.2.1"
RECORD = record_of()
HOST = "abc123-inference.gw.example.com"
GOOD = ServedCertificate(("*.gw.example.com",), now() + timedelta(days=60), issuer="An Authority")


def network(answered: Response | OSError | None = None, **more: object) -> FakeNetwork:
    made = FakeNetwork({HOST: [ADDRESS]}, GOOD, answered or Response(200, {}))
    return replace(made, **more)  # type: ignore[arg-type]


def asked(looks: FakeNetwork, controller: str = "", *, routed: bool = True) -> Answer:
    objects = objects_of(RECORD)
    cluster = FakeCluster(*(objects if routed else objects[:2]))
    cluster.gateway = gateway(addresses=[{"type": "IPAddress", "value": ADDRESS}])
    if controller:
        made = gateway_class()
        made["spec"]["controllerName"] = controller
        cluster.environs = [made, *[each for each in cluster.environs if each["kind"] != "GatewayClass"]]
    reader = FakeReader({"inference": FakeState(RECORD, exists=True, live=True)})
    return probe(context_of(reader, cluster, network=looks), "inference")


def test_a_group_that_answers_is_asked_once_with_its_certificate_checked() -> None:
    looks = network()
    assert asked(looks) == Answer(
        answered=True, stage="", summary="it answers 200 OK", address=f"{ADDRESS}:443", status=200
    )
    assert looks.asked == [(ADDRESS, 443, True)]


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (
            Response(401, {"www-authenticate": "Bearer realm=x"}),
            "401 Unauthorized: it asks for credentials (Bearer)",
        ),
        (
            Response(302, {"location": "https://login.example.com/?state=s3cret"}),
            "302 Found: it leads to https://login.example.com/",
        ),
        (
            Response(301, {"location": "http://["}),
            "301 Moved Permanently: it leads to a place that is no URL",
        ),
        (Response(404, {}, "nothing here"), "404 Not Found: the application has nothing at /"),
        (Response(503, {"x-envoy-upstream-service-time": "3"}), "503 Service Unavailable"),
        (Response(799, {}), "799"),
    ],
)
def test_whatever_the_application_answers_is_an_answer(response: Response, said: str) -> None:
    found = asked(network(response), "gateway.envoyproxy.io/gatewayclass-controller")
    assert (found.answered, found.summary) == (True, f"it answers {said}")


@pytest.mark.parametrize(
    ("controller", "response", "stage", "said"),
    [
        ("traefik.io/gateway-controller", Response(404, {}, "404 page not found\n"), "route", "has no route"),
        ("gateway.envoyproxy.io/x", Response(404, {"server": "envoy"}), "route", "has no route"),
        ("networking.gke.io/gateway", Response(404, {}, "fault filter abort"), "route", "has no route"),
        ("", Response(502, {}), "backend", "no HTTP response from a Pod at port 8080"),
        (
            "istio.io/gateway-controller",
            Response(503, {}, "upstream connect error or"),
            "backend",
            "port 8080",
        ),
        ("istio.io/gateway-controller", Response(503, {}, "no healthy upstream"), "backend", "has no Pod"),
        ("", Response(504, {}), "backend", "no Pod has answered in time"),
        ("", TimeoutError("no response within 10 s"), "backend", "no response within 10 s"),
    ],
)
def test_what_the_gateway_answers_itself_says_where_it_stops(
    controller: str, response: Response | OSError, stage: str, said: str
) -> None:
    found = asked(network(response), controller)
    assert (found.answered, found.stage) == (False, stage)
    assert said in found.summary
    assert found.resolution


def test_what_is_known_of_the_gateway_is_said_where_it_explains() -> None:
    slow = asked(network(Response(504, {})), "networking.gke.io/gateway")
    assert slow.detail.startswith("Of GKE: it ends a request after 30 s")
    unhealthy = asked(network(Response(503, {})), "networking.gke.io/gateway")
    assert "takes a Pod for healthy that answers GET / with 200" in unhealthy.detail


def test_a_404_where_the_gateway_has_not_taken_the_route_is_the_gateways() -> None:
    found = asked(network(Response(404, {}, "whatever")), routed=False)
    assert (found.stage, found.detail) == ("route", "the HTTPRoute does not exist")


def test_nothing_that_accepts_a_connection_is_named_with_its_reason() -> None:
    found = asked(network(deaf=frozenset({ADDRESS})))
    assert (found.stage, found.address) == ("connect", f"{ADDRESS}:443")
    assert found.summary == f"nothing accepts a connection at {ADDRESS} port 443: Connection refused"


@pytest.mark.parametrize(
    ("shown", "said", "detail"),
    [
        (
            GOOD._replace(names=("shop.example.com",)),
            "does not cover abc123-inference",
            "It is for shop.example.com",
        ),
        (
            GOOD._replace(untrusted="self-signed certificate"),
            "this machine does not trust",
            "signed by An Authority",
        ),
        (
            ServedCertificate(fault="certificate has expired"),
            "is not valid: certificate has expired",
            "has expired",
        ),
        (OSError("the connection was closed"), "no TLS connection for abc123-inference", ""),
    ],
)
def test_a_certificate_that_clients_refuse_stops_it_and_what_is_behind_is_said_too(
    shown: ServedCertificate | OSError, said: str, detail: str
) -> None:
    looks = network(Response(204, {}), shown=shown)
    found = asked(looks)
    assert (found.answered, found.stage) == (False, "tls")
    assert said in found.summary
    assert detail in found.detail
    if not isinstance(shown, OSError):
        assert found.detail.endswith("Without this check: it answers 204 No Content.")
        assert looks.asked == [(ADDRESS, 443, False)]


def test_a_certificate_for_other_hosts_is_the_cause_that_get_and_a_snapshot_name_too() -> None:
    cluster = FakeCluster(*objects_of(RECORD), pod_of(RECORD))
    cluster.gateway = gateway(addresses=[{"type": "IPAddress", "value": ADDRESS}])
    reader = FakeReader({"inference": FakeState(RECORD, exists=True, live=True)})
    context = context_of(reader, cluster, network=network(shown=GOOD._replace(names=("shop.example.com",))))

    view = get(context, "inference", probe=True)
    recorded = diagnose_recorded(snapshot(context, "inference"))

    assert view.answer is not None
    assert view.answer.category == "certificate-other-host"
    assert (view.status, view.diagnoses) == (recorded.status, recorded.diagnoses)
    assert [cause.category for cause in view.diagnoses] == ["certificate-other-host"]
    assert get(context, "inference").answer is None


def test_an_answer_that_an_older_route_of_the_hostname_gives_is_not_the_groups() -> None:
    objects = objects_of(RECORD)
    objects[2]["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z"
    cluster = FakeCluster(*objects, older_route(RECORD), pod_of(RECORD))
    cluster.gateway = gateway(addresses=[{"type": "IPAddress", "value": ADDRESS}])
    reader = FakeReader({"inference": FakeState(RECORD, exists=True, live=True)})
    context = context_of(reader, cluster, network=network())

    view = get(context, "inference", probe=True)
    recorded = diagnose_recorded(snapshot(context, "inference"))

    assert view.answer is not None
    assert (view.answer.answered, view.answer.stage) == (False, "route")
    assert view.answer.summary.startswith("the HTTPRoute demo/chat has the hostname")
    assert view.answer.detail.endswith("Its URL asked from here: it answers 200 OK.")
    assert [cause.category for cause in view.diagnoses] == ["hostname-taken"]
    assert (view.status, view.diagnoses) == (recorded.status, recorded.diagnoses)


def test_a_name_without_dns_is_asked_at_the_gateways_address() -> None:
    looks = network(names={})
    found = asked(looks)
    assert (found.answered, found.stage, found.address) == (False, "dns", f"{ADDRESS}:443")
    assert found.summary == f"{HOST} does not resolve on this machine"
    assert found.detail == f"Asked at {ADDRESS}:443: it answers 200 OK."
    assert found.resolution == f"Make a DNS record *.gw.example.com that points to {ADDRESS}."


def test_a_name_that_leads_elsewhere_is_asked_there() -> None:
    looks = network(names={HOST: ["203.0.113.7"]})
    assert asked(looks).answered
    assert looks.asked == [("203.0.113.7", 443, True)]


def test_without_an_address_anywhere_it_ends_at_dns() -> None:
    cluster = FakeCluster(*objects_of(RECORD))
    cluster.gateway = gateway(addresses=[])
    reader = FakeReader({"inference": FakeState(RECORD, exists=True, live=True)})
    found = probe(context_of(reader, cluster, network=network(names={})), "inference")
    assert (found.stage, found.detail) == ("dns", "The Gateway reports no address.")


def test_a_deleted_group_has_no_url() -> None:
    reader = FakeReader({"inference": FakeState(RECORD, exists=True)})
    with pytest.raises(NotFound, match="has no URL"):
        probe(context_of(reader, FakeCluster()), "inference")


def test_every_gateway_that_is_known_is_found_by_its_controller() -> None:
    for known in GATEWAYS:
        assert [known_gateway(f"{each}controller") for each in known.controllers] == [known]
        assert known.source.startswith("https://")
    assert known_gateway("example.com/gateway") is None
    assert known_gateway("") is None
