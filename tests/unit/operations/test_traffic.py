"""What a group asks of its gateway: a kind of route, a timeout, health checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from scaling_group.errors import Conflict, InvalidInput
from scaling_group.operations.preflight import check_gateway
from scaling_group.operations.traffic import check_served, check_traffic, gateway_view, with_route_kind
from scaling_group.rollout.attachment import GatewayView
from scaling_group.rollout.features import TIMEOUTS
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec, group_spec
from scaling_group.spec.hostname import own_host
from scaling_group.spec.route_kinds import check_route, route_kind, swapped_route
from scaling_group.spec.warnings import warnings_of
from tests.unit.operations.fakes import ENVIRONMENT, FakeCluster, FakeReader, context_of, record_of
from tests.unit.rollout.gateways import gateway, gateway_class, listener

GRPC_KINDS = {"namespaces": {"from": "All"}, "kinds": [{"kind": "GRPCRoute"}, {"kind": "HTTPRoute"}]}
HTTP_KINDS = {"namespaces": {"from": "All"}, "kinds": [{"kind": "HTTPRoute"}]}


def cluster_of(features: Sequence[str], controller: str = "example.com/x", **changes: Any) -> FakeCluster:
    """Return a cluster with a Gateway whose class says these features."""
    of_class = gateway_class()
    of_class["spec"] = {"controllerName": controller}
    of_class["status"]["supportedFeatures"] = [{"name": each} for each in features]
    cluster = FakeCluster()
    cluster.gateway = gateway(listener(**changes))
    cluster.environs = [each for each in cluster.environs if each["kind"] != "GatewayClass"] + [of_class]
    return cluster


def served(*given: Any) -> GatewayView:
    """Return such a Gateway as a group's route meets it."""
    return gateway_view(cluster_of(*given), asked(), ENVIRONMENT)


def asked(**fields: Any) -> Any:
    return group_spec({"image": "a/b:1", "name": "inference", "port": 8080, **fields})


def behind(**fields: Any) -> EnvironmentSpec:
    gateway_spec = ENVIRONMENT.required_gateway.model_copy(update=fields)
    return ENVIRONMENT.model_copy(update={"gateway": gateway_spec})


def chosen_for(spec: GroupSpec, cluster: FakeCluster) -> tuple[EnvironmentSpec, list[str]]:
    said: list[str] = []
    context = context_of(FakeReader(), cluster).telling(said.append)
    return with_route_kind(context, spec, ENVIRONMENT), said


@pytest.mark.parametrize(
    ("cluster", "chosen"),
    [
        (cluster_of(["GRPCRoute"]), True),
        (cluster_of(["GRPCRoute"], allowedRoutes=GRPC_KINDS), True),
        (cluster_of(["GRPCRoute"], allowedRoutes=HTTP_KINDS), False),
        (cluster_of(["HTTPRoute"]), False),
        (cluster_of([]), False),
    ],
)
def test_a_grpc_group_has_a_grpcroute_where_class_and_listener_serve_it(
    cluster: FakeCluster, chosen: bool
) -> None:
    spec = asked(protocol="grpc")
    found, said = chosen_for(spec, cluster)

    assert found.required_gateway.grpc_routes is chosen
    assert route_kind(spec, found) == ("GRPCRoute" if chosen else "HTTPRoute")
    assert bool(said) is not chosen
    assert chosen or "is not known to be served by the listener 'https'" in said[0]


def test_a_timeout_decides_for_the_kind_that_has_one() -> None:
    spec = asked(protocol="grpc", request_timeout="10m")
    found, said = chosen_for(spec, cluster_of(["GRPCRoute"]))

    assert found.required_gateway.grpc_routes is False
    assert "a GRPCRoute has no timeouts" in said[0]
    check_route(spec, found)
    with pytest.raises(InvalidInput) as caught:
        check_route(spec, behind(grpc_routes=True))
    assert caught.value.faults[0].message == "a GRPCRoute has no timeouts."


def test_one_hostname_cannot_have_routes_of_both_kinds() -> None:
    spec = asked(protocol="grpc", hostnames=["api.example.com", "b.example.com/v1", "api.example.com/v1"])

    check_route(spec, behind(grpc_routes=False))
    with pytest.raises(InvalidInput) as caught:
        check_route(spec, behind(grpc_routes=True))
    said = "api.example.com/v1 needs an HTTPRoute, and a gateway refuses it beside the GRPCRoute of "
    assert caught.value.faults[0].message == f"{said}api.example.com."
    check_route(asked(protocol="grpc", hostnames=["b.example.com/v1"]), behind(grpc_routes=True))


def test_a_timeout_that_the_gateway_does_not_keep_is_refused_with_its_own_way() -> None:
    spec, said = asked(request_timeout="10m"), list[str]()
    with pytest.raises(Conflict) as caught:
        check_traffic(served(["GRPCRoute"], "traefik.io/x"), spec, ENVIRONMENT, said.append)
    assert "does not keep the timeouts of an HTTPRoute" in caught.value.message
    assert "respondingTimeouts" in caught.value.resolution
    check_traffic(served(TIMEOUTS, "traefik.io/x"), spec, ENVIRONMENT, said.append)
    check_traffic(served(["HTTPRoute"], "traefik.io/x"), asked(), ENVIRONMENT, said.append)
    assert said == []
    check_traffic(served([]), spec, ENVIRONMENT, said.append)
    assert "does not say whether it keeps" in said[0]


def test_on_gke_health_checks_are_said_and_policies_keep_the_timeout() -> None:
    gke, said = served([], "networking.gke.io/gateway"), list[str]()
    check_traffic(gke, asked(), ENVIRONMENT, said.append)
    assert "answers GET / with 200" in said[0]
    assert "gke_policies = true" in said[0]
    check_traffic(gke, asked(request_timeout="10m"), behind(gke_policies=True), said.append)
    assert len(said) == 1


def test_a_route_is_swapped_where_its_kind_changes_and_both_are_public() -> None:
    grpc = (asked(protocol="grpc"), behind(grpc_routes=True))
    http = (asked(), behind(grpc_routes=True))

    assert swapped_route(grpc, http) == "GRPCRoute"
    assert swapped_route(http, grpc) == "HTTPRoute"
    assert swapped_route(http, (asked(protocol="h2c"), ENVIRONMENT)) is None
    assert swapped_route(grpc, (asked(route="private"), ENVIRONMENT)) is None


def test_only_what_is_new_is_asked_of_the_gateway() -> None:
    cluster = FakeCluster()
    context = context_of(FakeReader(), cluster)
    record = record_of(spec_protocol="grpc", environment=behind(grpc_routes=False))

    assert with_route_kind(context, record.spec, record.environment) == record.environment
    assert with_route_kind(context, asked(), ENVIRONMENT) == ENVIRONMENT
    check_served(context, record.spec, record.environment, record)
    check_served(context, asked(route="private"), ENVIRONMENT)
    assert cluster.calls == []
    check_served(context, asked(), ENVIRONMENT, None, gateway())
    assert cluster.calls == [("get", "GatewayClass", "", "public")]


def test_a_redirect_needs_a_listener_for_plain_http() -> None:
    with pytest.raises(Conflict) as caught:
        check_traffic(served([]), asked(), behind(http_section="https"), print)
    assert caught.value.message.endswith("has no listener 'https' for plain HTTP to redirect from")
    assert caught.value.detail == "Its listeners: https (HTTPS)"
    plain = gateway(listener(), listener(name="web", protocol="HTTP", tls=None))
    view = gateway_view(FakeCluster(), asked(), ENVIRONMENT, plain)
    check_traffic(view, asked(), behind(http_section="web"), print)


def test_a_stated_kind_that_the_listener_refuses_is_refused_beforehand() -> None:
    spec, environment = asked(protocol="grpc"), behind(grpc_routes=True)
    cluster = cluster_of(["GRPCRoute"], allowedRoutes=HTTP_KINDS)
    with pytest.raises(Conflict, match="does not admit GRPCRoutes"):
        check_gateway(cluster, spec, environment, [own_host(spec.name, environment)])
    cluster = cluster_of(["GRPCRoute"], allowedRoutes={**HTTP_KINDS, "kinds": [{"kind": "GRPCRoute"}]})
    check_gateway(cluster, spec, environment, [own_host(spec.name, environment)])


def test_a_grpc_probe_without_the_protocol_suggests_it() -> None:
    [said] = [each for each in warnings_of(asked(readiness="grpc", image="a:1")) if "grpc" in each]
    assert said.endswith("set --protocol=grpc")
    assert not any("--protocol" in each for each in warnings_of(asked(readiness="grpc", protocol="grpc")))
