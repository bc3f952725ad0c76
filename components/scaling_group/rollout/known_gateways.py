"""What is known of the gateways that people use, by the controllerName of their GatewayClass.

Each with its source. Headless Services as backends, and timeouts of an HTTPRoute: from the conformance
reports of the Gateway API, https://gateway-api.sigs.k8s.io/implementations/v1.4/
"""

from __future__ import annotations

from dataclasses import dataclass

HEADLESS = "headless Services work"
GKE_HEALTH = (
    "it takes a Pod for healthy that answers GET / with 200, unless a HealthCheckPolicy says otherwise"
)
GKE_POLICIES = "Set gke_policies = true in the [gateway] settings: each group gets a HealthCheckPolicy"


@dataclass(frozen=True)
class KnownGateway:
    """timeout: when it ends a request that a route says nothing of. limits: what else differs.

    change: what changes that timeout, with its own source; empty where nothing of its own does.
    route_timeouts: whether timeouts of an HTTPRoute have an effect, where its class does not say.
    no_route: how the body of a 404 begins that is its own; empty text stands for an empty body. health: which
    Pods it sends requests to, where that is not what the Pods' readiness says. headless: whether it routes to
    headless Services.
    """

    name: str
    controllers: tuple[str, ...]
    timeout: str
    limits: str
    source: str
    no_route: tuple[str, ...] = ()
    headless: bool = True
    health: str = ""
    change: str = ""
    change_source: str = ""
    route_timeouts: bool = False


GATEWAYS = (
    KnownGateway(
        "Traefik",
        ("traefik.io/",),
        "it waits for a response without an end, and 60 s for all that a client sends: a longer upload or "
        "stream of a client is cut",
        f"{HEADLESS}; timeouts of an HTTPRoute have no effect",
        "https://doc.traefik.io/traefik/routing/entrypoints/#respondingtimeouts",
        ("404 page not found",),
        change="respondingTimeouts of its entry point, for every route",
        change_source="https://doc.traefik.io/traefik/routing/entrypoints/#respondingtimeouts",
    ),
    KnownGateway(
        "Envoy Gateway",
        ("gateway.envoyproxy.io/",),
        "it ends a request after 15 s, a stream too",
        HEADLESS,
        "https://gateway.envoyproxy.io/docs/tasks/traffic/http-timeouts/",
        ("",),
        change="a BackendTrafficPolicy for the route (timeout.http.requestTimeout)",
        change_source="https://gateway.envoyproxy.io/latest/tasks/traffic/grpc-timeouts/",
        route_timeouts=True,
    ),
    KnownGateway(
        "Istio",
        ("istio.io/",),
        "it waits for a response without an end",
        HEADLESS,
        "https://istio.io/latest/docs/tasks/traffic-management/request-timeouts/",
        ("",),
        route_timeouts=True,
    ),
    KnownGateway(
        "Cilium",
        ("io.cilium/",),
        "it waits for a response without an end, and ends a stream that is silent for 5 minutes",
        "headless Services work from 1.16",
        "https://github.com/cilium/cilium/pull/31514",
        ("",),
        change="the Helm value envoy.streamIdleTimeoutDurationSeconds, for every route",
        change_source="https://github.com/cilium/cilium/issues/34582",
        route_timeouts=True,
    ),
    KnownGateway(
        "Contour",
        ("projectcontour.io/",),
        "it ends a request after 15 s, a stream too",
        HEADLESS,
        "https://github.com/projectcontour/contour/issues/5159",
        ("",),
        route_timeouts=True,
    ),
    KnownGateway(
        "kgateway",
        ("kgateway.dev/",),
        "it ends a request after 15 s, a stream too",
        HEADLESS,
        "https://github.com/kgateway-dev/kgateway/issues/12285",
        ("",),
        change="a TrafficPolicy for the route (timeouts.request)",
        change_source="https://kgateway.dev/docs/main/resiliency/timeouts/request",
        route_timeouts=True,
    ),
    KnownGateway(
        "GKE",
        ("networking.gke.io/",),
        "it ends a request after 30 s, a stream too",
        f"{HEADLESS}; {GKE_HEALTH}; timeouts of an HTTPRoute have no effect",
        "https://cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources",
        ("fault filter abort", "response 404 (backend NotFound)"),
        health=GKE_HEALTH,
        change="gateway.gke_policies, which makes a GCPBackendPolicy (timeoutSec)",
        change_source="https://googlecloudplatform.github.io/gke-gateway-api",
    ),
    KnownGateway(
        "NGINX Gateway Fabric",
        ("gateway.nginx.org/",),
        "it ends a request when nothing has come from a Pod for 60 s",
        f"{HEADLESS}; timeouts of an HTTPRoute have no effect",
        "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout",
        change="a ProxySettingsPolicy for the route",
        change_source="https://docs.nginx.com/nginx-gateway-fabric/traffic-management/proxy-settings",
    ),
    KnownGateway(
        "Kong",
        ("konghq.com/",),
        "it ends a request when nothing has come from a Pod for 60 s",
        f"{HEADLESS}; timeouts of an HTTPRoute have no effect",
        "https://developer.konghq.com/gateway/entities/service/",
        ('{"message":"no Route matched', '{\n  "message":"no Route matched'),
        change="the annotation konghq.com/read-timeout of the Service, in milliseconds",
        change_source="https://developer.konghq.com/operator/dataplanes/reference/service-annotations/",
    ),
    KnownGateway(
        "AWS Load Balancer Controller",
        ("gateway.k8s.aws/",),
        "it ends a connection when nothing has come for 60 s",
        "headless Services are unproven; timeouts of an HTTPRoute have no effect",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html",
        change="a LoadBalancerConfiguration of the Gateway (idle_timeout.timeout_seconds)",
        change_source="https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/loadbalancerconfig",
    ),
    KnownGateway(
        "VPC Lattice",
        ("application-networking.k8s.aws/",),
        "its timeouts are those of VPC Lattice",
        "headless Services are unproven",
        "https://www.gateway-api-controller.eks.aws.dev/",
    ),
    KnownGateway(
        "Kuma",
        ("gateways.kuma.io/",),
        "its timeouts are those of MeshTimeout",
        "it accepts routes to headless Services and sends nothing to them",
        "https://kuma.io/docs/latest/using-mesh/managing-ingress-traffic/gateway-api/",
        headless=False,
    ),
)


def known_gateway(controller: str) -> KnownGateway | None:
    """Return what is known of the gateway of a controllerName, None for one that nobody has described."""
    return next((each for each in GATEWAYS if controller.startswith(each.controllers)), None)
