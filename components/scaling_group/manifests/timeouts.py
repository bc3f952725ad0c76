"""Times as the Gateway API writes them.

https://gateway-api.sigs.k8s.io/geps/gep-2257/
"""

from __future__ import annotations

from scaling_group.manifests.inputs import GroupInputs, Manifest

#: No part of a time has more digits.
MOST = 99_999


def rule_timeouts(group: GroupInputs) -> Manifest:
    """Return the timeouts of a rule, empty where the group leaves them to its gateway.

    GKE ignores them: with its policies, the time is in a GCPBackendPolicy.
    """
    if group.spec.request_timeout is None or group.environment.required_gateway.gke_policies:
        return {}
    # Without the second one, gateways that repeat requests may have a shorter limit for each.
    time = group.apply(gateway_time, group.spec.request_timeout)
    return {"timeouts": {"request": time, "backendRequest": time}}


def gateway_time(seconds: int) -> str:
    """Return seconds as the API server keeps them; 0 is no limit."""
    return f"{seconds}s" if seconds <= MOST else f"{seconds // 60}m{seconds % 60}s"
