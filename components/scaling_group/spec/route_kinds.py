"""The kinds of routes that a gateway serves a group by.

https://gateway-api.sigs.k8s.io/reference/spec/
"""

from __future__ import annotations

from scaling_group.errors import Fault, InvalidInput
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.hostname import hosts_of
from scaling_group.spec.hosts import EVERYTHING

HTTP_ROUTE = "HTTPRoute"
GRPC_ROUTE = "GRPCRoute"


def route_kind(spec: GroupSpec, environment: EnvironmentSpec) -> str:
    """Return the kind of the route that serves a public group under its name."""
    grpc = spec.protocol == "grpc" and environment.gateway and environment.gateway.grpc_routes
    return GRPC_ROUTE if grpc else HTTP_ROUTE


def swapped_route(
    before: tuple[GroupSpec, EnvironmentSpec], after: tuple[GroupSpec, EnvironmentSpec]
) -> str | None:
    """Return the kind of a group's route that one of another kind is to replace, None where none is.

    A gateway refuses the newer of two kinds for one hostname, so the old one has to go first.
    https://gateway-api.sigs.k8s.io/geps/gep-1016/#cross-serving
    """
    old, new = route_kind(*before), route_kind(*after)
    public = not (before[0].is_private or after[0].is_private)
    return old if public and old != new else None


def redirect_name(group: str) -> str:
    """Return the name of the HTTPRoute of a group that redirects to HTTPS."""
    return f"{group}-redirect"


def check_route(spec: GroupSpec, environment: EnvironmentSpec) -> None:
    """Raise InvalidInput for what a group's kind of route cannot say."""
    if route_kind(spec, environment) != GRPC_ROUTE:
        return
    whole = {each.host for each in hosts_of(spec, environment) if each.path == EVERYTHING}
    if both := [each for each in spec.hostnames if each.host in whole and each.path != EVERYTHING]:
        said = (
            f"{both[0]} needs an HTTPRoute, and a gateway refuses it beside the GRPCRoute of {both[0].host}."
        )
        raise InvalidInput(
            "the routes exclude each other:",
            [Fault("hostnames", said)],
            resolution="Leave the path out, or set gateway.grpc_routes to false.",
        )
    if spec.request_timeout is not None:
        raise InvalidInput(
            "the route cannot keep the timeout:",
            [Fault("request_timeout", "a GRPCRoute has no timeouts.")],
            resolution="Leave request_timeout out, or set gateway.grpc_routes to false: an HTTPRoute has "
            "them, and serves gRPC too.",
        )
