"""What stops a Gateway from serving a route, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scaling_group.rollout.gateway import (
    addresses,
    attachment_faults,
    listener_not_programmed,
    no_controller,
    not_programmed,
)
from scaling_group.rollout.listener import Attachment, attachment_to, covers
from scaling_group.rollout.selector import matches
from tests.unit.operations.fakes import ENVIRONMENT, objects_of, record_of
from tests.unit.rollout.gateways import condition_of, gateway, gateway_class, listener, namespace

WANTED = Attachment("gateway", "gateway-system", "https", "default", "abc123-web.gw.example.com")


def faults(found, wanted=WANTED, space=None):
    return list(attachment_faults(wanted, found, space or namespace(wanted.namespace)))


def fault(found, wanted=WANTED, space=None):
    (only,) = faults(found, wanted, space)
    return only


def test_what_a_groups_route_asks_for():
    route = next(each for each in objects_of(record_of()) if each["kind"] == "HTTPRoute")
    wanted = attachment_to(ENVIRONMENT, "inference")

    (parent,) = route["spec"]["parentRefs"]
    assert (parent["name"], parent["namespace"]) == (wanted.gateway, wanted.gateway_namespace)
    assert parent["sectionName"] == wanted.section
    assert route["metadata"]["namespace"] == wanted.namespace
    assert route["spec"]["hostnames"] == [wanted.host]


def test_a_gateway_that_serves_the_route_has_no_fault():
    assert faults(gateway()) == []
    assert not_programmed(WANTED, gateway()) is None
    assert no_controller(WANTED, gateway(), gateway_class()) is None


def test_what_could_not_be_read_is_no_fault():
    assert faults(None) == []
    assert no_controller(WANTED, gateway(), None) is None
    closed = listener(allowedRoutes={"namespaces": {"from": "Selector", "selector": {}}})
    assert list(attachment_faults(WANTED, gateway(closed), None)) == []


def test_a_gateway_that_does_not_exist():
    found = fault({})

    assert found.category == "gateway-missing"
    assert found.summary == "there is no Gateway gateway-system/gateway"


def test_a_missing_listener_is_told_with_those_that_are_there():
    found = fault(gateway(listener(name="web", protocol="HTTP"), listener(name="tls")))

    assert found.category == "listener-missing"
    assert found.summary == "Gateway gateway-system/gateway has no listener 'https'"
    assert found.detail == "Its listeners: web (HTTP), tls (HTTPS)"
    assert found.resolution == "Set gateway.section to 'tls' in the settings."


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

    assert found.category == "listener-not-https"
    assert found.summary == f"the listener 'https' of Gateway gateway-system/gateway {said}"


def test_another_https_listener_is_named():
    found = fault(gateway(listener(protocol="HTTP"), listener(name="secure")))

    assert found.resolution == "Set gateway.section to 'secure' in the settings."


def test_a_listener_for_other_kinds_of_routes():
    kinds = {"namespaces": {"from": "All"}, "kinds": [{"kind": "GRPCRoute"}]}
    found = fault(gateway(listener(allowedRoutes=kinds)))

    assert found.category == "listener-refuses-kind"
    assert found.detail == "Its allowedRoutes.kinds: GRPCRoute"


@pytest.mark.parametrize("allowed", [None, {}, {"namespaces": {"from": "Same"}}])
def test_without_a_word_a_listener_admits_its_own_namespace_alone(allowed):
    found = gateway(listener(allowedRoutes=allowed))

    assert fault(found).category == "listener-refuses-namespace"
    assert fault(found).detail == "Its allowedRoutes.namespaces.from is Same, its own (gateway-system)."
    assert faults(found, replace(WANTED, namespace="gateway-system")) == []


def test_a_listener_that_selects_namespaces_by_label():
    chosen = {"from": "Selector", "selector": {"matchLabels": {"team": "ml"}}}
    found = gateway(listener(allowedRoutes={"namespaces": chosen}))

    assert faults(found, space=namespace(team="ml")) == []
    refused = fault(found, space=namespace(team="web"))
    assert refused.summary == (
        "the listener 'https' of Gateway gateway-system/gateway admits no routes from namespace 'default'"
    )
    assert refused.detail == "It admits namespaces with the labels team=ml."


def test_a_host_that_the_listener_does_not_cover():
    found = fault(gateway(), replace(WANTED, host="abc123-web.other.example.com"))

    assert found.category == "hostname-not-covered"
    assert found.summary == (
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

    assert [each.category for each in faults(wrong)] == [
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
    assert no_controller(WANTED, gateway(), {}).summary == (
        "there is no GatewayClass 'public', which Gateway gateway-system/gateway names"
    )


@pytest.mark.parametrize("answer", [gateway_class("Unknown"), {**gateway_class(), "status": {}}])
def test_a_class_that_nobody_has_answered_for(answer):
    found = no_controller(WANTED, gateway(), answer)

    assert found.category == "gateway-controller-missing"
    assert found.summary == "no controller has accepted GatewayClass 'public'"
    assert found.detail == "It waits for example.com/gateway-controller."


def test_a_class_that_its_controller_refuses():
    found = no_controller(WANTED, gateway(), gateway_class("False", message="unknown parameters"))

    assert found.summary == "the controller example.com/gateway-controller refuses GatewayClass 'public'"
    assert found.detail == "unknown parameters"


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ([], "is not Accepted yet"),
        ([condition_of("Accepted", "True")], "is not Programmed yet"),
        ([condition_of("Accepted", "True"), condition_of("Programmed", "True", 0)], "is not Programmed yet"),
        (
            [condition_of("Accepted", "False", reason="ListenersNotValid", message="port in use")],
            "is Accepted=False (ListenersNotValid)",
        ),
    ],
)
def test_a_gateway_that_is_not_in_service(conditions, said):
    found = not_programmed(WANTED, gateway(conditions=conditions))

    assert found.category == "gateway-not-programmed"
    assert found.summary == f"Gateway gateway-system/gateway {said}"


def test_a_listener_whose_certificate_is_not_found():
    refused = condition_of("ResolvedRefs", "False", reason="InvalidCertificateRef", message="no such Secret")
    found = listener_not_programmed(WANTED, gateway(listeners=[{"name": "https", "conditions": [refused]}]))

    assert found.summary == (
        "the listener 'https' of Gateway gateway-system/gateway is ResolvedRefs=False (InvalidCertificateRef)"
    )
    assert found.detail == "no such Secret"


def test_a_listener_that_nobody_complains_of():
    good = condition_of("Programmed", "True")

    assert listener_not_programmed(WANTED, gateway()) is None
    assert (
        listener_not_programmed(WANTED, gateway(listeners=[{"name": "https", "conditions": [good]}])) is None
    )


def test_where_a_gateway_is_reached():
    found = gateway(addresses=[{"type": "IPAddress", "value": "192.0.2.1"}, {"value": "lb.example.com"}])

    assert addresses(found) == ["192.0.2.1", "lb.example.com"]
    assert addresses(gateway()) == []
