"""The Gateway, and whether its listener takes the routes of groups."""

from __future__ import annotations

from scaling_group.errors import Unreadable
from scaling_group.manifests.rights import ROUTES_CRD
from scaling_group.manifests.route import GROUP, INSTALL_GATEWAY_API
from scaling_group.operations.checks.check import Check, Finding, failed, judged, ok, skipped
from scaling_group.operations.checks.place import Place
from scaling_group.rollout.gateway import (
    gateway_missing,
    listener_not_programmed,
    no_controller,
    not_programmed,
)
from scaling_group.rollout.listener import (
    hostname_not_covered,
    kind_not_admitted,
    listener_missing,
    namespace_not_admitted,
    not_https,
)

RELEASE = f"{GROUP}/bundle-version"
KINDS = ("gateways", "httproutes")
CHANNEL = f"{GROUP}/channel"


def _gateway_api(place: Place) -> Finding:
    served = place.cluster.served(GROUP, "v1")
    missing = [kind for kind in KINDS if kind not in served]
    if missing:
        return failed(
            f"the cluster does not serve {' and '.join(missing)} of {GROUP}/v1",
            resolution=INSTALL_GATEWAY_API,
        )
    return ok(f"{GROUP}/v1 is served{_release(place)}")


def _release(place: Place) -> str:
    try:
        found = place.cluster.get("CustomResourceDefinition", "", ROUTES_CRD) or {}
    except Unreadable:
        return ""
    annotations = found.get("metadata", {}).get("annotations") or {}
    parts = [annotations[key] for key in (RELEASE, CHANNEL) if key in annotations]
    return f": release {', '.join(parts)} channel" if len(parts) == 2 else ""


def _gateway(place: Place) -> Finding:
    if place.gateway is None:
        return skipped(f"this user may not read Gateways in {place.wanted.gateway_namespace}")
    if not place.gateway:
        return judged(gateway_missing(place.wanted), "")
    return ok(f"{place.wanted.gateway_namespace}/{place.wanted.gateway} exists")


def _controller(place: Place) -> Finding:
    gateway = place.gateway or {}
    fault = no_controller(place.wanted, gateway, place.gateway_class) or not_programmed(place.wanted, gateway)
    name = gateway["spec"]["gatewayClassName"]
    controller = ((place.gateway_class or {}).get("spec") or {}).get("controllerName")
    return judged(fault, f"GatewayClass {name}{f' ({controller})' if controller else ''} serves it")


def _listener(place: Place) -> Finding:
    wanted, gateway, listener = place.wanted, place.gateway or {}, place.listener
    if not listener:
        return judged(listener_missing(wanted, gateway), "")
    fault = (
        not_https(wanted, gateway, listener)
        or kind_not_admitted(wanted, listener)
        or listener_not_programmed(wanted, gateway)
    )
    return judged(fault, f"{wanted.section} takes HTTPRoutes over HTTPS at port {listener['port']}")


def _admission(place: Place) -> Finding:
    fault = namespace_not_admitted(place.wanted, place.listener, place.namespace)
    return judged(fault, f"routes from {place.wanted.namespace} are admitted")


def _hostname(place: Place) -> Finding:
    served = place.listener.get("hostname") or "every host"
    return judged(hostname_not_covered(place.wanted, place.listener), f"{served} covers {place.wanted.host}")


CHECKS = (
    Check(
        id="gateway-api",
        title="Gateway API",
        about="The cluster serves v1 of Gateway and HTTPRoute; the release is shown if it can be read.",
        run=_gateway_api,
        needs=("cluster",),
    ),
    Check(
        id="gateway",
        title="Gateway",
        about="The Gateway of the settings exists.",
        run=_gateway,
        needs=("settings", "gateway-api"),
    ),
    Check(
        id="gateway-controller",
        title="Gateway controller",
        about="The Gateway's class exists and its controller has accepted it; the Gateway is Accepted and"
        " Programmed.",
        run=_controller,
        needs=("gateway",),
    ),
    Check(
        id="https-listener",
        title="HTTPS listener",
        about="The Gateway has the listener of the settings, it terminates HTTPS, takes HTTPRoutes and is"
        " in service.",
        run=_listener,
        needs=("gateway",),
    ),
    Check(
        id="namespace-admitted",
        title="Namespace admitted",
        about="The listener's allowedRoutes admit the namespace of the groups.",
        run=_admission,
        needs=("https-listener", "namespace"),
    ),
    Check(
        id="hostname-covered",
        title="Hostname covered",
        about="The listener's hostname covers the hosts of groups, `<environment>-<name>.<domain>`.",
        run=_hostname,
        needs=("https-listener",),
    ),
)
