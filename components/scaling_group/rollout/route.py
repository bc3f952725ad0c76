"""Whether the gateway serves an HTTPRoute.

https://gateway-api.sigs.k8s.io/reference/spec/#routeparentstatus
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaling_group.rollout.ladder import Step, condition

Object = Mapping[str, Any]
NEEDED = ("Accepted", "ResolvedRefs")


def route_step(route: Object | None) -> Step:
    """Return what the route still waits for, judged by conditions of its present generation."""
    if not route:
        return Step(False, "the HTTPRoute does not exist")
    parents = (route.get("status") or {}).get("parents") or ()
    if not parents:
        return Step(False, "no gateway has answered for the HTTPRoute yet")
    for parent in parents:
        for kind in NEEDED:
            step = _judged(route, parent, kind)
            if not step.complete:
                return step
    return Step(True)


def _judged(route: Object, parent: Object, kind: str) -> Step:
    found = condition(parent, kind)
    generation = route["metadata"].get("generation", 0)
    if not found or found.get("observedGeneration", generation) < generation:
        return Step(False, f"the gateway has not judged {kind} of the HTTPRoute yet")
    if found.get("status") == "True":
        return Step(True)
    gateway = (parent.get("parentRef") or {}).get("name", "")
    reason, message = found.get("reason", ""), found.get("message", "")
    said = f"gateway {gateway} says {kind}={found.get('status')} ({reason}) of the HTTPRoute"
    return Step(False, f"{said}: {message}" if message else said)
