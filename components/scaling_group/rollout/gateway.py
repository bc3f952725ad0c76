"""Whether a Gateway can serve a route: it exists, its controller works for it, its listener takes it.

https://gateway-api.sigs.k8s.io/reference/spec/#gateway
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scaling_group.records import Diagnosis
from scaling_group.rollout.fields import condition
from scaling_group.rollout.listener import (
    Attachment,
    hostname_not_covered,
    kind_not_admitted,
    listener_missing,
    listener_of,
    namespace_not_admitted,
    not_https,
)

Object = Mapping[str, Any]

GATEWAY_MISSING = "gateway-missing"


def attachment_faults(
    wanted: Attachment, gateway: Object | None, namespace: Object | None
) -> Iterator[Diagnosis]:
    """Yield why the Gateway's spec cannot serve the route, the cause before its symptoms.

    gateway and namespace: None where they could not be read, and nothing is said of them then; an
    empty gateway is one that does not exist.
    """
    if gateway is None:
        return
    if not gateway:
        yield gateway_missing(wanted)
        return
    listener = listener_of(gateway, wanted.section)
    if listener is None:
        yield listener_missing(wanted, gateway)
        return
    found = (
        not_https(wanted, gateway, listener),
        kind_not_admitted(wanted, listener),
        namespace_not_admitted(wanted, listener, namespace),
        hostname_not_covered(wanted, listener),
    )
    yield from (fault for fault in found if fault)


def gateway_missing(wanted: Attachment) -> Diagnosis:
    return Diagnosis(
        category=GATEWAY_MISSING,
        summary=f"there is no {wanted.where}",
        detail="No gateway serves a route that names it.",
        resolution="List the Gateways with: kubectl get gateways -A; name one in the settings "
        "(gateway.name, gateway.namespace).",
        terminal=True,
    )


def no_controller(wanted: Attachment, gateway: Object, gateway_class: Object | None) -> Diagnosis | None:
    """Return why the Gateway's class has nobody who works for it.

    gateway_class: None where it could not be read, empty where it does not exist.
    """
    name = gateway["spec"]["gatewayClassName"]
    if gateway_class is None:
        return None
    if not gateway_class:
        return _controller_fault(f"there is no GatewayClass {name!r}, which {wanted.where} names", "")
    accepted = condition(gateway_class.get("status") or {}, "Accepted")
    if accepted.get("status") == "True":
        return None
    controller = gateway_class["spec"]["controllerName"]
    if accepted.get("status") == "False":
        return _controller_fault(
            f"the controller {controller} refuses GatewayClass {name!r}", _said(accepted)
        )
    return _controller_fault(
        f"no controller has accepted GatewayClass {name!r}", f"It waits for {controller}."
    )


def _controller_fault(summary: str, detail: str) -> Diagnosis:
    return Diagnosis(
        category="gateway-controller-missing",
        summary=summary,
        detail=detail,
        resolution="Check that its controller is installed and running: kubectl get gatewayclasses; "
        "kubectl get pods -A",
        terminal=False,
    )


def not_programmed(wanted: Attachment, gateway: Object) -> Diagnosis | None:
    """Return why the Gateway, as it is now, is not in service."""
    for kind in ("Accepted", "Programmed"):
        found = condition(gateway.get("status") or {}, kind)
        if found.get("status") != "True" or _outdated(found, gateway):
            return _not_programmed(wanted, wanted.where, kind, found)
    return None


def listener_not_programmed(wanted: Attachment, gateway: Object) -> Diagnosis | None:
    """Return why the controller does not serve the listener, its certificate for one."""
    statuses = (gateway.get("status") or {}).get("listeners") or ()
    status: Object = next((each for each in statuses if each.get("name") == wanted.section), {})
    for kind in ("Accepted", "ResolvedRefs", "Programmed"):
        found = condition(status, kind)
        if found.get("status") == "False":
            return _not_programmed(wanted, f"the {wanted.listener}", kind, found)
    return None


def _not_programmed(wanted: Attachment, what: str, kind: str, found: Object) -> Diagnosis:
    known = found.get("status") == "False"
    state = f"{kind}=False ({found.get('reason')})" if known else f"not {kind} yet"
    return Diagnosis(
        category="gateway-not-programmed",
        summary=f"{what} is {state}",
        detail=_said(found) if known else "Its controller has not reported on its current spec.",
        resolution=f"Look at its conditions: {wanted.show}",
        terminal=False,
    )


def addresses(gateway: Object) -> list[str]:
    """Return the addresses and hostnames that a Gateway is reached at, as its status says."""
    return [str(each["value"]) for each in (gateway.get("status") or {}).get("addresses") or ()]


def _said(found: Object) -> str:
    return str(found.get("message") or found.get("reason") or "")


def _outdated(found: Object, holder: Object) -> bool:
    generation = holder["metadata"].get("generation", 0)
    return bool(found.get("observedGeneration", generation) < generation)
