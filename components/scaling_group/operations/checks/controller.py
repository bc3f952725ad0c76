"""Whoever makes the Gateway serve."""

from __future__ import annotations

from scaling_group.operations.checks.check import Check, Finding, judged
from scaling_group.operations.checks.place import Place
from scaling_group.rollout.gateway import no_controller, not_programmed


def _run(place: Place) -> Finding:
    gateway = place.gateway or {}
    fault = no_controller(place.wanted, gateway, place.gateway_class) or not_programmed(place.wanted, gateway)
    name = gateway["spec"]["gatewayClassName"]
    controller = ((place.gateway_class or {}).get("spec") or {}).get("controllerName")
    return judged(fault, f"GatewayClass {name}{f' ({controller})' if controller else ''} serves it")


CHECK = Check(
    id="gateway-controller",
    title="Gateway controller",
    about="The Gateway's class exists and its controller has accepted it; the Gateway is Accepted and "
    "Programmed.",
    run=_run,
    needs=("gateway",),
)
