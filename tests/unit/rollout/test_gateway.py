"""What stops a Gateway from serving a route, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scaling_group.rollout.attachment import Attachment, GatewayView, attachment_of, attachment_to
from scaling_group.rollout.causes import gateway as judged
from scaling_group.rollout.causes import listener as of_listener
from scaling_group.rollout.causes.certificate import other_host
from scaling_group.rollout.causes.listener import covers, spec_faults
from scaling_group.rollout.fields import is_current
from scaling_group.rollout.selector import matches
from tests.unit.operations.fakes import ENVIRONMENT, objects_of, record_of
from tests.unit.rollout.gateways import condition_of, gateway, gateway_class, listener, namespace

WANTED = Attachment("gateway", "gateway-system", "https", "default", "abc123-web.gw.example.com")


def faults(found, wanted=WANTED, space=None):
    return list(spec_faults(GatewayView(wanted, found, namespace=space or namespace(wanted.namespace))))


def fault(found, wanted=WANTED, space=None):
    (only,) = faults(found, wanted, space)
    return only


def view(found=None, of_class=None):
    return GatewayView(WANTED, gateway() if found is None else found, of_class)


def test_what_a_groups_route_asks_for():
    route = next(each for each in objects_of(record_of()) if each["kind"] == "HTTPRoute")
    wanted = attachment_to(ENVIRONMENT, "inference")

    (parent,) = route["spec"]["parentRefs"]
    assert (parent["name"], parent["namespace"]) == (wanted.gateway, wanted.gateway_namespace)
    assert parent["sectionName"] == wanted.section_name
    assert route["metadata"]["namespace"] == wanted.namespace
    assert route["spec"]["hostnames"] == [wanted.host]
    assert attachment_of(route, parent, "default") == wanted


def test_a_gateway_that_serves_the_route_has_no_fault():
    assert faults(gateway()) == []
    good = view(of_class=gateway_class())
    assert judged.class_missing(good) is judged.class_not_accepted(good) is None
    assert judged.fault(good) is judged.pending(good) is None


def test_what_could_not_be_read_is_no_fault():
    assert faults(None) == []
    assert judged.class_missing(view()) is judged.class_not_accepted(view()) is None
    closed = listener(allowedRoutes={"namespaces": {"from": "Selector", "selector": {}}})
    assert list(spec_faults(GatewayView(WANTED, gateway(closed)))) == []


def test_a_gateway_that_does_not_exist():
    found = fault({})

    assert found.cause.category == "gateway-missing"
    assert found.said == "there is no Gateway gateway-system/gateway"


def test_a_missing_listener_is_told_with_those_that_are_there():
    found = fault(gateway(listener(name="web", protocol="HTTP"), listener(name="tls")))

    assert found.cause.category == "listener-missing"
    assert found.said == "Gateway gateway-system/gateway has no listener 'https'"
    assert found.detail == "Its listeners: web (HTTP), tls (HTTPS)"
    assert found.resolution == "Set gateway.section_name to 'tls' in the settings."


def test_a_gateway_without_an_https_listener_needs_one():
    found = fault(gateway(listener(name="web", protocol="HTTP")))

    assert found.resolution == (
        "Have a listener with protocol HTTPS and TLS mode Terminate added to the Gateway."
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"protocol": "HTTP", "tls": None}, "is HTTP, not HTTPS"),
        ({"protocol": "TLS"}, "is TLS, not HTTPS"),
        ({"tls": {"mode": "Passthrough"}}, "has TLS mode Passthrough, not Terminate"),
    ],
)
def test_a_listener_that_does_not_terminate_https(changes, said):
    found = fault(gateway(listener(**changes)))

    assert found.cause.category == "listener-not-https"
    assert found.said == f"the listener 'https' of Gateway gateway-system/gateway {said}"


def test_another_https_listener_is_named():
    found = fault(gateway(listener(protocol="HTTP"), listener(name="secure")))

    assert found.resolution == "Set gateway.section_name to 'secure' in the settings."


def test_a_listener_for_other_kinds_of_routes():
    kinds = {"namespaces": {"from": "All"}, "kinds": [{"kind": "GRPCRoute"}]}
    found = fault(gateway(listener(allowedRoutes=kinds)))

    assert found.cause.category == "listener-refuses-kind"
    assert found.detail == "Its allowedRoutes.kinds: GRPCRoute"


@pytest.mark.parametrize("allowed", [None, {}, {"namespaces": {"from": "Same"}}])
def test_without_a_word_a_listener_admits_its_own_namespace_alone(allowed):
    found = gateway(listener(allowedRoutes=allowed))

    assert fault(found).cause.category == "listener-refuses-namespace"
    assert fault(found).detail == "Its allowedRoutes.namespaces.from is Same, its own (gateway-system)."
    assert faults(found, replace(WANTED, namespace="gateway-system")) == []


def test_a_listener_that_selects_namespaces_by_label():
    chosen = {"from": "Selector", "selector": {"matchLabels": {"team": "ml"}}}
    found = gateway(listener(allowedRoutes={"namespaces": chosen}))

    assert faults(found, space=namespace(team="ml")) == []
    refused = fault(found, space=namespace(team="web"))
    assert refused.said == (
        "the listener 'https' of Gateway gateway-system/gateway admits no routes from namespace 'default'"
    )
    assert refused.detail == "It admits namespaces with the labels team=ml."


def test_a_host_that_the_listener_does_not_cover():
    found = fault(gateway(), replace(WANTED, host="abc123-web.other.example.com"))

    assert found.cause.category == "hostname-not-covered"
    assert found.said == (
        "the listener 'https' of Gateway gateway-system/gateway does not cover the host "
        "abc123-web.other.example.com"
    )
    assert found.detail == "It serves *.gw.example.com."
    assert found.resolution == (
        "Set gateway.domain to 'gw.example.com' in the settings, or: have the listener's hostname changed "
        "to '*.other.example.com'."
    )


def test_a_listener_for_one_host_cannot_serve_many_groups():
    found = fault(gateway(listener(hostname="shop.example.com")))

    assert found.resolution == "Have the listener's hostname changed to '*.gw.example.com'."


def test_every_fault_of_a_listener_is_told():
    wrong = gateway(listener(protocol="HTTP", hostname="a.b", allowedRoutes=None))

    assert [each.cause.category for each in faults(wrong)] == [
        "listener-not-https",
        "listener-refuses-namespace",
        "hostname-not-covered",
    ]


@pytest.mark.parametrize(
    ("served", "host", "covered"),
    [
        ("", "a.example.com", True),
        ("a.example.com", "a.example.com", True),
        ("A.Example.com", "a.example.COM", True),
        ("*.example.com", "a.example.com", True),
        ("*.example.com", "a.b.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "aexample.com", False),
        ("b.example.com", "a.example.com", False),
    ],
)
def test_which_hosts_a_listener_covers(served, host, covered):
    assert covers(served, host) is covered


@pytest.mark.parametrize(
    ("selector", "matched"),
    [
        ({}, True),
        ({"matchLabels": {"a": "1"}}, True),
        ({"matchLabels": {"a": "2"}}, False),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": ["1", "2"]}]}, True),
        ({"matchExpressions": [{"key": "b", "operator": "In", "values": ["1"]}]}, False),
        ({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}, False),
        ({"matchExpressions": [{"key": "b", "operator": "NotIn", "values": ["1"]}]}, True),
        ({"matchExpressions": [{"key": "a", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}, False),
        ({"matchLabels": {"a": "1"}, "matchExpressions": [{"key": "b", "operator": "Exists"}]}, False),
    ],
)
def test_label_selectors(selector, matched):
    assert matches(selector, {"a": "1"}) is matched


def test_a_class_that_does_not_exist():
    found = judged.class_missing(view(of_class={}))

    assert found.said == "there is no GatewayClass 'public', which Gateway gateway-system/gateway names"
    assert found.terminal


@pytest.mark.parametrize(
    "answer",
    [
        gateway_class("Unknown"),
        {**gateway_class(), "status": {}},
        gateway_class(generation=2),
    ],
)
def test_a_class_that_nobody_has_answered_for(answer):
    found = judged.class_not_accepted(view(of_class=answer))

    assert found.cause.category == "gateway-controller-missing"
    assert found.said == "no controller has accepted GatewayClass 'public'"
    assert found.detail == "It waits for example.com/gateway-controller."


def test_a_class_that_its_controller_refuses():
    answer = gateway_class("False", reason="InvalidParameters", message="unknown parameters")
    found = judged.class_not_accepted(view(of_class=answer))

    assert found.said == "the controller example.com/gateway-controller refuses GatewayClass 'public'"
    assert found.detail == "GatewayClass public: Accepted=False (InvalidParameters): unknown parameters"


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ([], "is not Accepted yet"),
        ([condition_of("Accepted", "True")], "is not Programmed yet"),
        ([condition_of("Accepted", "True"), condition_of("Programmed", "True", 0)], "is not Programmed yet"),
        (
            [condition_of("Accepted", "True"), condition_of("Programmed", "False", reason="Pending")],
            "is not Programmed yet",
        ),
        ([condition_of("Accepted", "False", 0, reason="Invalid")], "is not Accepted yet"),
    ],
)
def test_a_gateway_that_is_not_in_service_yet(conditions, said):
    waiting = view(gateway(conditions=conditions))
    found = judged.pending(waiting)

    assert judged.fault(waiting) is None
    assert found.cause.category == "gateway-not-programmed"
    assert found.said == f"Gateway gateway-system/gateway {said}"


def test_a_gateway_that_its_controller_refuses():
    refused = condition_of("Accepted", "False", reason="ListenersNotValid", message="port in use")
    found = judged.fault(view(gateway(conditions=[refused])))

    assert found.cause.category == "gateway-not-programmed"
    assert found.said == "Gateway gateway-system/gateway is not Accepted: port in use"
    assert found.detail == ("Gateway gateway-system/gateway: Accepted=False (ListenersNotValid): port in use")


def status_of_listener(*conditions):
    return view(gateway(listeners=[{"name": "https", "conditions": list(conditions)}]))


def test_a_listener_whose_certificate_is_not_found():
    refused = condition_of("ResolvedRefs", "False", reason="InvalidCertificateRef", message="no such Secret")
    found = of_listener.fault(status_of_listener(refused))

    assert found.cause.category == "certificate-unusable"
    assert found.said == (
        "the listener 'https' of Gateway gateway-system/gateway cannot use its certificate: no such Secret"
    )
    assert found.detail == (
        "Gateway listener https: ResolvedRefs=False (InvalidCertificateRef): no such Secret"
    )


def test_a_listener_that_waits_for_its_controller():
    for waits in (
        condition_of("Programmed", "False", reason="Pending"),
        condition_of("Programmed", "False", 0, reason="Invalid"),
    ):
        waiting = status_of_listener(waits)
        assert of_listener.fault(waiting) is None
        assert of_listener.pending(waiting).said == (
            "the listener 'https' of Gateway gateway-system/gateway is not Programmed yet"
        )


def test_a_listener_that_nobody_complains_of():
    for well in (
        view(),
        status_of_listener(condition_of("Programmed", "True")),
        status_of_listener({"type": "example.com/Own"}),
    ):
        assert of_listener.fault(well) is of_listener.pending(well) is None


@pytest.mark.parametrize(
    ("said", "current"),
    [
        ({}, False),
        ({"status": "True"}, True),
        ({"status": "True", "observedGeneration": 1}, False),
        ({"status": "True", "observedGeneration": 2}, True),
        ({"status": "True", "observedGeneration": "x"}, True),
    ],
)
def test_a_condition_is_of_its_objects_generation_or_names_none(said, current):
    assert is_current(said, {"metadata": {"generation": 2}}) is current


def test_a_certificate_for_other_hosts():
    found = other_host(WANTED, ["shop.example.com", "www.example.com"])

    assert found.cause.category == "certificate-other-host"
    assert found.said == (
        "the certificate of the listener 'https' of Gateway gateway-system/gateway does not cover "
        "abc123-web.gw.example.com"
    )
    assert found.detail == "It is for shop.example.com, www.example.com."
    assert other_host(WANTED, ["*.gw.example.com"]) is None


def test_where_a_gateway_is_reached():
    found = gateway(addresses=[{"type": "IPAddress", "value": "192.0.2.1"}, {"value": "lb.example.com"}])

    assert view(found).addresses == ["192.0.2.1", "lb.example.com"]
    assert view().addresses == []
