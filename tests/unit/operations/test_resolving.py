"""What the cluster decides on is a plain value in the record: ports of peers, and the kind of Service."""

from __future__ import annotations

import pytest

from scaling_group.errors import NotFound
from scaling_group.operations.resolving import resolved
from scaling_group.spec.group import GroupSpec, group_spec
from tests.unit.operations.fakes import (
    ENVIRONMENT,
    FakeCluster,
    FakeReader,
    context_of,
    objects_of,
    record_of,
)

OTHER = objects_of(record_of("embeddings"))


def spec(**fields: object) -> GroupSpec:
    return group_spec({"name": "chat", "image": "a/b:1", "port": 80, **fields})


def outcome(wanted: GroupSpec, *objects: object, **beside: int) -> tuple[GroupSpec, list[str]]:
    told: list[str] = []
    context = context_of(FakeReader(), FakeCluster(*objects)).telling(told.append)
    return resolved(context, wanted, ENVIRONMENT, beside), told


def peers(of: GroupSpec) -> dict[str, str]:
    return {name: str(peer) for name, peer in of.peers.items()}


def test_a_spec_that_leaves_nothing_open_is_left_alone():
    plain = spec(service="cluster-ip")

    assert outcome(plain) == (plain, [])
    assert outcome(plain)[0] is plain


def test_the_port_of_a_peer_is_looked_up_in_the_cluster():
    found, told = outcome(spec(peers={"EMBEDDINGS": "embeddings"}), *OTHER)

    assert (peers(found), told) == ({"EMBEDDINGS": "embeddings:8080"}, [])


def test_the_port_of_a_peer_that_is_applied_with_it_comes_from_there():
    found, told = outcome(spec(peers={"EMBEDDINGS": "embeddings"}), *OTHER, embeddings=9000)

    assert (peers(found), told) == ({"EMBEDDINGS": "embeddings:9000"}, [])


def test_a_peer_that_is_not_there_is_refused_with_the_nearest_and_the_way_out():
    with pytest.raises(NotFound) as caught:
        outcome(spec(peers={"EMBEDDINGS": "embedding"}), *OTHER)

    assert caught.value.message == (
        "EMBEDDINGS is to hold the address of embedding, and there is no such group in the namespace default."
        " Did you mean 'embeddings'?"
    )
    assert "--peer=EMBEDDINGS=embedding:PORT" in caught.value.resolution


def test_a_peer_with_a_port_may_come_later_and_a_wrong_port_is_said():
    later, told = outcome(spec(peers={"A": "later:1234", "B": "embeddings:9000"}), *OTHER)

    assert peers(later) == {"A": "later:1234", "B": "embeddings:9000"}
    assert told == [
        "warning: A: there is no group later in default yet",
        "warning: B: embeddings listens on port 8080, not on 9000",
    ]


@pytest.mark.parametrize(
    ("controller", "service", "gateway"),
    [
        ("traefik.io/gateway-controller", "headless", "Traefik"),
        ("gateways.kuma.io/controller", "cluster-ip", "Kuma"),
        ("example.com/own", "headless", "example.com/own"),
    ],
)
def test_the_kind_of_service_is_what_the_gateway_routes_to(controller: str, service: str, gateway: str):
    cluster = FakeCluster()
    [of_class] = [each for each in cluster.environs if each["kind"] == "GatewayClass"]
    of_class["spec"]["controllerName"] = controller
    told: list[str] = []
    found = resolved(
        context_of(FakeReader(), cluster).telling(told.append), spec(service="auto"), ENVIRONMENT
    )

    assert (found.service, told) == (service, [f"chat gets a {service} Service: its gateway is {gateway}"])


def test_a_private_group_needs_no_gateway_to_decide():
    assert outcome(spec(service="auto", route="private"))[0].service == "headless"
