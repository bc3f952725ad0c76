"""The Gateway itself: whether it is there, whether a controller works for it and is content with it.

Judged from its spec and class before there is a route, and from conditions of its present generation.
https://gateway-api.sigs.k8s.io/reference/spec/#gatewayconditiontype
"""

from __future__ import annotations

from scaling_group.rollout.attachment import GatewayView
from scaling_group.rollout.fields import Object, condition, condition_text, instant, is_current, part, text
from scaling_group.rollout.finding import Cause, Finding

MISSING = Cause(
    "gateway-missing",
    "The gateway that the route names does not exist.",
    "Name an existing one in the settings: `gateway.name`, `gateway.namespace`.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/",
    example="there is no Gateway gateway-system/gateway",
    hopeless="at once",
)
CONTROLLER = Cause(
    "gateway-controller-missing",
    "No controller serves the gateway: its class does not exist, or no controller has accepted it.",
    "Check that the controller that the gateway's class names is installed and running.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#gatewayclassconditiontype",
    example="no controller has accepted GatewayClass 'traefik'",
    hopeless="where the class does not exist",
)
NOT_PROGRAMMED = Cause(
    "gateway-not-programmed",
    "The gateway's controller says that the gateway or its listener is not valid.",
    "Correct it as the evidence says.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#gatewayconditiontype",
    example="Gateway gateway-system/gateway is not Programmed: no address is left",
)
UNANSWERED = Cause(
    "route-unanswered",
    "The Gateway is in service, but its controller says nothing of the route.",
    "Ask the URL: requests may be answered all the same. See the controller's log.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#routeparentstatus",
    example="nothing is said of the HTTPRoute llm, although Gateway gateway-system/gateway is in service; "
    "requests may be answered all the same",
    hopeless="a minute after the route was made",
)
CAUSES = (MISSING, CONTROLLER, NOT_PROGRAMMED, UNANSWERED)

CONDITIONS = ("Accepted", "Programmed")
#: Reasons of a Gateway that is not Programmed for lack of an address.
UNADDRESSED = ("AddressNotAssigned", "AddressNotUsable")
#: The status of a condition that tells of a fault.
BAD = {"Accepted": "False", "ResolvedRefs": "False", "Programmed": "False", "Conflicted": "True"}


def missing(view: GatewayView) -> Finding | None:
    """Return that the Gateway does not exist."""
    if view.gateway is None or view.gateway:
        return None
    return Finding(
        MISSING,
        f"there is no {view.wanted.where}",
        "See which there are with: kubectl get gateways -A; name one in the settings "
        "(gateway.name, gateway.namespace).",
        detail="A route that names it is served by nobody.",
        terminal=True,
    )


def class_missing(view: GatewayView) -> Finding | None:
    """Return that the Gateway's class does not exist."""
    if view.gateway_class is None or view.gateway_class:
        return None
    said = f"there is no GatewayClass {view.class_name!r}, which {view.wanted.where} names"
    return Finding(
        CONTROLLER,
        said,
        "Install the Gateway's controller with its class, or have the Gateway name one that is there: "
        "kubectl get gatewayclasses",
        terminal=True,
    )


def class_not_accepted(view: GatewayView) -> Finding | None:
    """Return that no controller has taken the Gateway's class on; since: when the class was made."""
    found = view.gateway_class
    accepted = condition(part(found, "status"), "Accepted")
    current = is_current(accepted, found)
    if not found or (current and accepted.get("status") == "True"):
        return None
    said = f"no controller has accepted GatewayClass {view.class_name!r}"
    detail = f"It waits for {view.controller}."
    if current and accepted.get("status") == "False":
        said = f"the controller {view.controller} refuses GatewayClass {view.class_name!r}"
        detail = f"GatewayClass {view.class_name}: {condition_text(accepted)}"
    return Finding(
        CONTROLLER,
        said,
        "Check that its controller is installed and running: kubectl get gatewayclasses; kubectl get pods -A",
        detail=detail,
        since=instant(found, "metadata", "creationTimestamp"),
    )


def without_address(view: GatewayView) -> Finding | None:
    """Return that the Gateway has no address of its own, while its listener is in service.

    Requests may come another way: a NodePort, a host's network, a load balancer that others keep.
    """
    said = condition(part(view.gateway, "status"), "Programmed")
    serves = condition(view.listener_status, "Programmed").get("status") == "True"
    if not serves or said.get("status") != "False" or text(said, "reason") not in UNADDRESSED:
        return None
    return Finding(
        NOT_PROGRAMMED,
        f"{view.wanted.where} has no address, while its listener is in service",
        f"Reach it another way, or see why it gets none: {view.wanted.show}",
        detail=f"{view.wanted.where}: {condition_text(said)}",
        since=instant(said, "lastTransitionTime"),
    )


def _judged(view: GatewayView) -> tuple[str, ...]:
    """Return the conditions that count: one that only lacks an address is a warning."""
    return CONDITIONS[:1] if without_address(view) else CONDITIONS


def fault(view: GatewayView) -> Finding | None:
    """Return what the controller says is wrong with the Gateway as it is now."""
    for kind in _judged(view):
        found = condition(part(view.gateway, "status"), kind)
        if is_current(found, view.gateway) and is_fault(found):
            return Finding(
                NOT_PROGRAMMED,
                f"{view.wanted.where} is not {kind}: {text(found, 'message') or text(found, 'reason')}",
                f"Look at its conditions: {view.wanted.show}",
                detail=f"{view.wanted.where}: {condition_text(found)}",
                since=instant(found, "lastTransitionTime"),
            )
    return None


def pending(view: GatewayView) -> Finding | None:
    """Return that the controller has yet to put the Gateway as it is now in service."""
    for kind in _judged(view):
        found = condition(part(view.gateway, "status"), kind)
        if found.get("status") != "True" or not is_current(found, view.gateway):
            return not_yet(view, view.wanted.where, kind)
    return None


def not_yet(view: GatewayView, what: str, kind: str) -> Finding:
    """Return that a Gateway or listener lacks a condition that its controller is still to give."""
    return Finding(
        NOT_PROGRAMMED,
        f"{what} is not {kind} yet",
        f"Look at its conditions: {view.wanted.show}",
        detail="Its controller has not answered for its present spec.",
    )


def is_fault(said: Object) -> bool:
    """Return whether a condition of a Gateway or listener tells of a fault; Conflicted=True does."""
    status = text(said, "status")
    return bool(status) and BAD.get(text(said, "type")) == status and text(said, "reason") != "Pending"
