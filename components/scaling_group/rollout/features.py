"""What a GatewayClass says that its controller can do.

https://gateway-api.sigs.k8s.io/reference/spec/#gatewayclassstatus
"""

from __future__ import annotations

from scaling_group.rollout.attachment import GatewayView
from scaling_group.rollout.fields import Object, parts, text, texts
from scaling_group.spec.route_kinds import GRPC_ROUTE

#: `timeouts` of an HTTPRoute, which a group sets both.
TIMEOUTS = ("HTTPRouteRequestTimeout", "HTTPRouteBackendTimeout")
#: Routes of gRPC's own kind.
GRPC_ROUTES = "GRPCRoute"


def features_of(gateway_class: Object | None) -> frozenset[str] | None:
    """Return the names of status.supportedFeatures, None where a class says none.

    Gateway API 1.0 and 1.1 write texts, every later release objects with a name.
    """
    said = [text(each, "name") for each in parts(gateway_class, "status", "supportedFeatures")]
    names = [*filter(None, said), *texts(gateway_class, "status", "supportedFeatures")]
    return frozenset(names) or None


def serves_grpc_routes(view: GatewayView) -> bool:
    """Return whether the gateway says that it has GRPCRoutes, and the listener admits them."""
    admitted = parts(view.listener, "allowedRoutes", "kinds"), parts(view.listener_status, "supportedKinds")
    return GRPC_ROUTES in (features_of(view.gateway_class) or ()) and all(
        not kinds or GRPC_ROUTE in (text(each, "kind") for each in kinds) for kinds in admitted
    )
