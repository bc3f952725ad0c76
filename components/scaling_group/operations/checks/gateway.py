"""The Gateway, and whether its listener takes the routes of groups."""

from __future__ import annotations

from dataclasses import replace

from scaling_group.errors import Unreadable
from scaling_group.manifests.gateway_api import GROUP, INSTALL_GATEWAY_API
from scaling_group.manifests.permissions import ROUTES_CRD
from scaling_group.operations.checks.check import Check, CheckFinding, failed, judged, ok, skipped, warning
from scaling_group.operations.checks.context import CheckContext
from scaling_group.rollout.causes import gateway, listener
from scaling_group.rollout.known_gateways import GKE_POLICIES, known_gateway

RELEASE = f"{GROUP}/bundle-version"
KINDS = ("gateways", "httproutes")
CHANNEL = f"{GROUP}/channel"
NO_GATEWAY = "the settings name no Gateway: groups can be private alone"


def _gateway_api(context: CheckContext) -> CheckFinding:
    if not context.has_gateway:
        return skipped(NO_GATEWAY)
    served = context.cluster.served(GROUP, "v1")
    missing = [kind for kind in KINDS if kind not in served]
    if missing:
        return failed(
            f"the cluster does not serve {' and '.join(missing)} of {GROUP}/v1",
            resolution=INSTALL_GATEWAY_API,
        )
    return ok(f"{GROUP}/v1 is served{_release(context)}")


def _release(context: CheckContext) -> str:
    try:
        found = context.cluster.get("CustomResourceDefinition", "", ROUTES_CRD) or {}
    except Unreadable:
        return ""
    annotations = found.get("metadata", {}).get("annotations") or {}
    parts = [annotations[key] for key in (RELEASE, CHANNEL) if key in annotations]
    return f": release {', '.join(parts)} channel" if len(parts) == 2 else ""


def _gateway(context: CheckContext) -> CheckFinding:
    if not context.has_gateway:
        return skipped(NO_GATEWAY)
    wanted = context.wanted
    if context.gateway is None:
        return skipped(f"this user may not read Gateways in {wanted.gateway_namespace}")
    return judged(gateway.missing(context.view), f"{wanted.gateway_namespace}/{wanted.gateway} exists")


def _controller(context: CheckContext) -> CheckFinding:
    view = context.view
    fault = (
        gateway.class_missing(view)
        or gateway.class_not_accepted(view)
        or gateway.fault(view)
        or gateway.pending(view)
    )
    if not fault and (bare := gateway.without_address(view)):
        return warning(bare.said, detail=bare.detail, resolution=bare.resolution)
    controller = f" ({view.controller})" if view.controller else ""
    return judged(fault, f"GatewayClass {view.class_name}{controller} serves it")


def _limits(context: CheckContext) -> CheckFinding:
    known = known_gateway(context.view.controller)
    if known is None:
        return ok(f"none are known here of {context.view.controller or 'this controller'}")
    said = f"{known.name}: {known.timeout}; {known.limits}"
    if known.health and not context.environment.required_gateway.gke_policies:
        return warning(said, resolution=GKE_POLICIES)
    return ok(said)


def _listener(context: CheckContext) -> CheckFinding:
    view = context.view
    fault = (
        listener.missing(view)
        or listener.not_https(view)
        or listener.kind_refused(view)
        or listener.fault(view)
        or listener.pending(view)
    )
    port = view.listener.get("port")
    return judged(fault, f"{view.wanted.section_name} takes HTTPRoutes over HTTPS at port {port}")


def _admission(context: CheckContext) -> CheckFinding:
    fault = listener.namespace_refused(context.view)
    return judged(fault, f"routes from {context.wanted.namespace} are admitted")


def _hostname(context: CheckContext) -> CheckFinding:
    served = context.view.listener.get("hostname") or "every host"
    views = [replace(context.view, wanted=wanted) for wanted in context.every_wanted]
    fault = next(filter(None, map(listener.hostname_not_covered, views)), None)
    return judged(fault, f"{served} covers {', '.join(view.wanted.host for view in views)}")


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
        id="gateway-limits",
        title="Gateway limits",
        about="What is known of the gateway by its class's controllerName: when it ends a request, headless "
        "Services, health checks of its own, which are a warning without gateway.gke_policies "
        "([gateways.md](gateways.md)). It never fails.",
        run=_limits,
        needs=("gateway-controller",),
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
        about="The listener's hostname covers the hosts of groups, `<environment>-<name>.<domain>`; with a "
        "NAME, also those that the group has beside it.",
        run=_hostname,
        needs=("https-listener",),
    ),
)
