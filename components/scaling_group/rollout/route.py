"""Whether the gateway serves an HTTPRoute.

https://gateway-api.sigs.k8s.io/reference/spec/#routeparentstatus
"""

from __future__ import annotations

from scaling_group.rollout.deployment_status import RolloutStep
from scaling_group.rollout.fields import Object, condition, is_current, parts, text

NEEDED = ("Accepted", "ResolvedRefs")


def route_step(route: Object) -> RolloutStep:
    """Return what the route still waits for, judged by conditions of its present generation.

    An empty object is a route that does not exist.
    """
    if not route:
        return RolloutStep(False, "the HTTPRoute does not exist")
    parents = parts(route, "status", "parents")
    if not parents:
        return RolloutStep(False, "no gateway has accepted the HTTPRoute yet")
    for parent in parents:
        for kind in NEEDED:
            step = _judged(route, parent, kind)
            if not step.complete:
                return step
    return RolloutStep(True)


def _judged(route: Object, parent: Object, kind: str) -> RolloutStep:
    found = condition(parent, kind)
    if not is_current(found, route):
        return RolloutStep(False, f"the gateway has not reported {kind} of the HTTPRoute yet")
    if found.get("status") == "True":
        return RolloutStep(True)
    gateway = text(parent, "parentRef", "name")
    reason, message = text(found, "reason"), text(found, "message")
    said = f"gateway {gateway} says {kind}={found.get('status')} ({reason}) of the HTTPRoute"
    return RolloutStep(False, f"{said}: {message}" if message else said)
