"""Whether a Gateway's listener takes a route: its protocol, whom it admits, which hosts it covers.

Each sentence is made here, whether the listener's spec tells of it before there is a route, or a
condition of the route afterwards. https://gateway-api.sigs.k8s.io/reference/spec/#listener
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from scaling_group.rollout.attachment import GatewayView
from scaling_group.rollout.causes import certificate, gateway
from scaling_group.rollout.fields import (
    Object,
    condition,
    condition_text,
    instant,
    is_current,
    labels_of,
    part,
    parts,
    text,
)
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.selector import matches, selector_text

MISSING = Cause(
    "listener-missing",
    "The gateway has no listener of the name that the route asks for.",
    "Name one that it has in the settings: `gateway.section_name`.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#listener",
    example="Gateway gateway-system/gateway has no listener 'https'",
    hopeless="at once",
)
NOT_HTTPS = Cause(
    "listener-not-https",
    "The listener does not terminate TLS for HTTP; `create` and `doctor` find it.",
    "Name one that does in the settings: `gateway.section_name`.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#listener",
    example="the listener 'web' of Gateway gateway-system/gateway is HTTP, not HTTPS",
    hopeless="at once",
)
KIND = Cause(
    "listener-refuses-kind",
    "The listener admits no routes of the kind that the group has.",
    "Name another listener in the settings (`gateway.section_name`), or have the kind added.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#allowedroutes",
    example="the listener 'https' of Gateway gateway-system/gateway does not admit HTTPRoutes",
    hopeless="at once",
)
NAMESPACE = Cause(
    "listener-refuses-namespace",
    "The listener admits no routes of the group's namespace.",
    "Let the listener's `allowedRoutes` admit the namespace, or use one that it admits.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#routenamespaces",
    example="the listener 'https' of Gateway gateway-system/gateway admits no routes from namespace 'ml'",
    hopeless="at once",
)
HOSTNAME = Cause(
    "hostname-not-covered",
    "The group's hostname is not one that the listener serves.",
    "Correct `gateway.domain` in the settings, or the listener's hostname.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#hostname",
    example="the listener 'https' of Gateway gateway-system/gateway does not cover the host a.example.com",
    hopeless="at once",
)
CAUSES = (MISSING, NOT_HTTPS, KIND, NAMESPACE, HOSTNAME)

#: Protocol of a listener that terminates TLS and takes routes of HTTP and gRPC.
HTTPS = "HTTPS"


def spec_faults(view: GatewayView) -> Iterator[Finding]:
    """Yield why the Gateway's spec cannot serve the route, the cause before its symptoms."""
    if absent := gateway.missing(view) or missing(view):
        yield absent
        return
    found = (not_https(view), kind_refused(view), namespace_refused(view), hostname_not_covered(view))
    yield from (each for each in found if each)


def missing(view: GatewayView) -> Finding | None:
    """Return that the Gateway does not have the listener."""
    return None if not view.gateway or view.listener else no_listener(view)


def no_listener(view: GatewayView) -> Finding:
    """Return what `missing` does, for a route of which its gateway says so."""
    # Some controllers say the same of a listener that is there and does not work.
    doubt = ", or one that does not work" if view.gateway is None else ""
    named = repr(view.wanted.section_name) if view.wanted.section_name else "for the route"
    names = [f"{text(each, 'name')} ({text(each, 'protocol')})" for each in view.listeners]
    return Finding(
        MISSING,
        f"{view.wanted.where} has no listener {named}{doubt}",
        MISSING.advice if view.gateway is None else _other_listener(view),
        detail=f"Its listeners: {', '.join(names)}" if names else "",
        terminal=True,
    )


def not_https(view: GatewayView) -> Finding | None:
    """Return that the listener does not terminate TLS for HTTP."""
    protocol = text(view.listener, "protocol")
    mode = text(view.listener, "tls", "mode") or "Terminate"
    if not view.listener or (protocol == HTTPS and mode == "Terminate"):
        return None
    said = f"is {protocol}, not {HTTPS}" if protocol != HTTPS else f"has TLS mode {mode}, not Terminate"
    return Finding(
        NOT_HTTPS,
        f"{view.wanted.listener} {said}",
        _other_listener(view),
        detail="Groups are served over HTTPS alone.",
        terminal=True,
    )


def _other_listener(view: GatewayView) -> str:
    https = [text(each, "name") for each in view.listeners if text(each, "protocol") == HTTPS]
    other = next((name for name in https if name != view.wanted.section_name), None)
    if other:
        return f"Set gateway.section_name to {other!r} in the settings."
    return "Have a listener with protocol HTTPS and TLS mode Terminate added to the Gateway."


def kind_refused(view: GatewayView) -> Finding | None:
    """Return that the listener takes other kinds of routes alone."""
    kinds = [text(each, "kind") for each in parts(view.listener, "allowedRoutes", "kinds")]
    if not kinds or view.wanted.kind in kinds:
        return None
    return Finding(
        KIND,
        f"{view.wanted.listener} does not admit {view.wanted.kind}s",
        "Name another listener in the settings (gateway.section_name), or have the kind added.",
        detail=f"Its allowedRoutes.kinds: {', '.join(kinds)}",
        terminal=True,
    )


def namespace_refused(view: GatewayView) -> Finding | None:
    """Return that the listener takes no routes from the namespace.

    One that selects by label is not judged where the Namespace is not known.
    https://gateway-api.sigs.k8s.io/reference/spec/#routenamespaces
    """
    origin, own = _admitted(view), view.wanted.namespace == view.wanted.gateway_namespace
    if not view.listener or origin == "All" or (origin == "Same" and own):
        return None
    if origin == "Selector" and (not view.namespace or matches(_selector(view), labels_of(view.namespace))):
        return None
    return not_admitted(view)


def not_admitted(view: GatewayView) -> Finding:
    """Return what `namespace_refused` does, for a route of which its gateway says so."""
    wanted, origin = view.wanted, _admitted(view)
    detail, fix = "", "Have the Gateway's owner admit the namespace (from: All, or a Selector)"
    if origin == "Selector":
        detail = f"It admits namespaces with {selector_text(_selector(view))}."
        fix = f"Have the namespace labelled so (kubectl label namespace {wanted.namespace} KEY=VALUE)"
    elif view.listener:
        whose = f", its own ({wanted.gateway_namespace})" if origin == "Same" else ""
        detail = f"Its allowedRoutes.namespaces.from is {origin}{whose}."
    return Finding(
        NAMESPACE,
        f"{wanted.listener} admits no routes from namespace {wanted.namespace!r}",
        f"{fix}, or use a namespace that it admits (--namespace).",
        detail=detail,
        terminal=True,
    )


def _admitted(view: GatewayView) -> str:
    return text(view.listener, "allowedRoutes", "namespaces", "from") or "Same"


def _selector(view: GatewayView) -> Object:
    return part(view.listener, "allowedRoutes", "namespaces", "selector")


def uncovered(view: GatewayView, hosts: Sequence[str]) -> list[Finding]:
    """Return the hosts of an accepted route that the listener does not serve: a gateway ignores them.

    It has accepted the route for one of them at least; where none fits, the listener is another by now.
    """
    told = (hostname_not_covered(replace(view, wanted=view.wanted.for_host(host))) for host in hosts)
    found = [each for each in told if each]
    return found if len(found) < len(hosts) else []


def hostname_not_covered(view: GatewayView) -> Finding | None:
    """Return that the listener serves other hosts."""
    return None if covers(text(view.listener, "hostname"), view.wanted.host) else other_hosts(view)


def other_hosts(view: GatewayView) -> Finding:
    """Return what `hostname_not_covered` does, for a route of which its gateway says so."""
    served, host = text(view.listener, "hostname"), view.wanted.host
    wide = f"*.{host.partition('.')[2]}"
    advice = f"Have the listener's hostname changed to {wide!r}"
    if view.wanted.further:
        advice = f"Leave it out of hostnames, or name a listener that serves {host} (gateway.section_name)"
    elif served.startswith("*."):
        advice = f"Set gateway.domain to {served[2:]!r} in the settings, or: {advice[0].lower()}{advice[1:]}"
    return Finding(
        HOSTNAME,
        f"{view.wanted.listener} does not cover the host {host}",
        f"{advice}.",
        detail=f"It serves {served}." if served else "",
        terminal=True,
    )


def covers(served: str, host: str) -> bool:
    """Return whether a listener's hostname covers a host; a wildcard is a suffix, an empty one all.

    https://gateway-api.sigs.k8s.io/reference/spec/#hostname
    """
    served, host = served.lower(), host.lower()
    if served.startswith("*."):
        return host.endswith(served[1:]) and host != served[2:]
    return served in ("", host)


def fault(view: GatewayView) -> Finding | None:
    """Return what the controller says is wrong with the listener as it is now, its certificate first."""
    said = [each for each in parts(view.listener_status, "conditions") if is_current(each, view.gateway)]
    faults = [each for each in said if gateway.is_fault(each)]
    if not faults:
        return None
    worst = next((each for each in faults if certificate.is_about(each)), faults[0])
    unusable = certificate.is_about(worst)
    what = "cannot use its certificate" if unusable else "is not valid"
    return Finding(
        certificate.UNUSABLE if unusable else gateway.NOT_PROGRAMMED,
        f"{view.wanted.listener} {what}: {text(worst, 'message') or text(worst, 'reason')}",
        certificate.UNUSABLE.advice if unusable else f"Look at its conditions: {view.wanted.show}",
        detail=f"Gateway listener {view.wanted.section_name}: {condition_text(worst)}",
        since=instant(worst, "lastTransitionTime"),
    )


def pending(view: GatewayView) -> Finding | None:
    """Return that the controller has yet to put the listener in service."""
    for kind in ("Accepted", "ResolvedRefs", "Programmed"):
        if condition(view.listener_status, kind).get("status") == "False":
            return gateway.not_yet(view, view.wanted.listener, kind)
    return None
