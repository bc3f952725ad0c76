"""Whether a Gateway's listener takes a route: its protocol, whom it admits, which hosts it covers.

Judged from the listener and the route's Namespace, so that it can be told before there is a route.
https://gateway-api.sigs.k8s.io/reference/spec/#listener
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scaling_group.naming import hostname
from scaling_group.records import Diagnosis
from scaling_group.rollout.selector import matches, selector_text
from scaling_group.spec.environment import EnvironmentSpec

Object = Mapping[str, Any]

#: Protocol of a listener that terminates TLS and takes HTTPRoutes.
HTTPS = "HTTPS"
ROUTE_KIND = "HTTPRoute"
LISTENER_MISSING = "listener-missing"


@dataclass(frozen=True)
class Attachment:
    """What a route asks for: a host on a listener (`section`) of a Gateway, from its own namespace."""

    gateway: str
    gateway_namespace: str
    section: str
    namespace: str
    host: str

    @property
    def where(self) -> str:
        return f"Gateway {self.gateway_namespace}/{self.gateway}"

    @property
    def listener(self) -> str:
        return f"listener {self.section!r} of {self.where}"

    @property
    def show(self) -> str:
        """The command that shows the Gateway."""
        return f"kubectl get gateway -n {self.gateway_namespace} {self.gateway} -o yaml"


def attachment_to(environment: EnvironmentSpec, name: str) -> Attachment:
    """Return what the HTTPRoute of a group of this name asks for."""
    gateway = environment.gateway
    return Attachment(
        gateway=gateway.name,
        gateway_namespace=gateway.namespace,
        section=gateway.section,
        namespace=environment.namespace,
        host=hostname(environment.id, name, gateway.domain),
    )


def listener_of(gateway: Object, section: str) -> Object | None:
    """Return the listener of a name."""
    return next((each for each in _listeners(gateway) if each["name"] == section), None)


def listener_missing(wanted: Attachment, gateway: Object) -> Diagnosis:
    """Return the diagnosis of a section that the Gateway does not have."""
    names = [f"{each['name']} ({each['protocol']})" for each in _listeners(gateway)]
    return Diagnosis(
        category=LISTENER_MISSING,
        summary=f"{wanted.where} has no listener {wanted.section!r}",
        detail=f"Its listeners: {', '.join(names)}",
        resolution=_other_section(wanted, gateway),
        terminal=True,
    )


def not_https(wanted: Attachment, gateway: Object, listener: Object) -> Diagnosis | None:
    """Return the diagnosis of a listener that does not terminate TLS for HTTP."""
    protocol, mode = listener["protocol"], (listener.get("tls") or {}).get("mode", "Terminate")
    if protocol == HTTPS and mode == "Terminate":
        return None
    said = f"is {protocol}, not {HTTPS}" if protocol != HTTPS else f"has TLS mode {mode}, not Terminate"
    return Diagnosis(
        category="listener-not-https",
        summary=f"the {wanted.listener} {said}",
        detail="Groups are only served over HTTPS.",
        resolution=_other_section(wanted, gateway),
        terminal=True,
    )


def _other_section(wanted: Attachment, gateway: Object) -> str:
    https = [each["name"] for each in _listeners(gateway) if each["protocol"] == HTTPS]
    other = next((name for name in https if name != wanted.section), None)
    if other:
        return f"Set gateway.section to {other!r} in the settings."
    return "Have a listener with protocol HTTPS and TLS mode Terminate added to the Gateway."


def kind_not_admitted(wanted: Attachment, listener: Object) -> Diagnosis | None:
    """Return the diagnosis of a listener that takes other kinds of routes alone."""
    kinds = [str(each["kind"]) for each in (listener.get("allowedRoutes") or {}).get("kinds") or ()]
    if not kinds or ROUTE_KIND in kinds:
        return None
    return Diagnosis(
        category="listener-refuses-kind",
        summary=f"the {wanted.listener} does not admit {ROUTE_KIND}s",
        detail=f"Its allowedRoutes.kinds: {', '.join(kinds)}",
        resolution="Name another listener in the settings (gateway.section), or add the kind to "
        "the listener.",
        terminal=True,
    )


def selects_namespaces(listener: Object) -> bool:
    """Return whether a listener admits namespaces by their labels."""
    return _allowed(listener).get("from") == "Selector"


def _allowed(listener: Object) -> Object:
    return (listener.get("allowedRoutes") or {}).get("namespaces") or {}


def namespace_not_admitted(
    wanted: Attachment, listener: Object, namespace: Object | None
) -> Diagnosis | None:
    """Return the diagnosis of a listener that takes no routes from the namespace.

    namespace: with its labels; None or empty leaves a listener that selects by label unjudged.
    https://gateway-api.sigs.k8s.io/reference/spec/#routenamespaces
    """
    allowed = _allowed(listener)
    origin = allowed.get("from", "Same")
    if origin == "All" or (origin == "Same" and wanted.namespace == wanted.gateway_namespace):
        return None
    selector = allowed.get("selector") or {}
    if origin == "Selector":
        if not namespace or matches(selector, namespace["metadata"].get("labels") or {}):
            return None
        detail = f"It admits namespaces with {selector_text(selector)}."
        fix = f"Have the namespace labelled so (kubectl label namespace {wanted.namespace} KEY=VALUE)"
    else:
        whose = f", its own ({wanted.gateway_namespace})" if origin == "Same" else ""
        detail = f"Its allowedRoutes.namespaces.from is {origin}{whose}."
        fix = "Have the Gateway's owner admit the namespace (from: All, or a Selector)"
    return Diagnosis(
        category="listener-refuses-namespace",
        summary=f"the {wanted.listener} admits no routes from namespace {wanted.namespace!r}",
        detail=detail,
        resolution=f"{fix}, or use a namespace that it admits (--namespace).",
        terminal=True,
    )


def hostname_not_covered(wanted: Attachment, listener: Object) -> Diagnosis | None:
    """Return the diagnosis of a listener that serves other hosts."""
    served = str(listener.get("hostname") or "")
    if covers(served, wanted.host):
        return None
    wide = f"*.{wanted.host.partition('.')[2]}"
    advice = f"Have the listener's hostname changed to {wide!r}"
    if served.startswith("*."):
        advice = f"Set gateway.domain to {served[2:]!r} in the settings, or: {advice[0].lower()}{advice[1:]}"
    return Diagnosis(
        category="hostname-not-covered",
        summary=f"the {wanted.listener} does not cover the host {wanted.host}",
        detail=f"It serves {served}.",
        resolution=f"{advice}.",
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


def _listeners(gateway: Object) -> Sequence[Object]:
    listeners: Sequence[Object] = gateway["spec"].get("listeners") or ()
    return listeners
