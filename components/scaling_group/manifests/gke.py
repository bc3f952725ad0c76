"""What GKE's load balancers need to know of a group beside its route: policies of their own, for its Service.

Not tried on GKE: compared with the schemas of https://github.com/GoogleCloudPlatform/gke-gateway-api.
"""

from __future__ import annotations

from scaling_group.manifests.gateway_api import GKE_GROUP
from scaling_group.manifests.inputs import GroupInputs, Manifest
from scaling_group.manifests.metadata import metadata
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.probe import Probe

HEALTH_CHECK_POLICY, BACKEND_POLICY = "HealthCheckPolicy", "GCPBackendPolicy"
#: What the schema takes of seconds between checks, and of checks that count.
LONGEST_INTERVAL, MOST_FAILURES = 300, 10
#: The longest time that the schema takes, for a request that has no limit.
LONGEST_REQUEST = 2**31 - 1
SERVING_PORT = {"portSpecification": "USE_SERVING_PORT"}


def policy_kinds(spec: GroupSpec, environment: EnvironmentSpec) -> list[str]:
    """Return the kinds of the policies of a group, none where its environment has none."""
    gateway = environment.gateway
    if spec.is_private or gateway is None or not gateway.gke_policies:
        return []
    return [HEALTH_CHECK_POLICY, *([] if spec.request_timeout is None else [BACKEND_POLICY])]


def policies(group: GroupInputs) -> list[Manifest]:
    """Return what makes the load balancer judge Pods as their readiness probe does, and keep the timeout."""
    spec = group.spec
    return [
        _policy(group, kind, group.apply(_health_check, spec.readiness))
        if kind == HEALTH_CHECK_POLICY
        else _policy(group, kind, {"timeoutSec": group.apply(_seconds, spec.request_timeout)})
        for kind in policy_kinds(spec, group.environment)
    ]


def _seconds(timeout: int) -> int:
    return timeout or LONGEST_REQUEST


def _policy(group: GroupInputs, kind: str, default: Manifest) -> Manifest:
    target = {"group": "", "kind": "Service", "name": group.spec.backend_name}
    return {
        "apiVersion": f"{GKE_GROUP}/v1",
        "kind": kind,
        "metadata": metadata(group),
        "spec": {"default": default, "targetRef": target},
    }


def _health_check(probe: Probe) -> Manifest:
    # A check may not take longer than the time until the next one.
    interval = min(max(probe.period, probe.timeout), LONGEST_INTERVAL)
    return {
        "checkIntervalSec": interval,
        "timeoutSec": min(probe.timeout, interval),
        "healthyThreshold": 1,
        "unhealthyThreshold": min(probe.failures, MOST_FAILURES),
        "config": _asked(probe),
    }


def _asked(probe: Probe) -> Manifest:
    """Return what is asked; without a probe whether the port accepts connections, and not GET /."""
    if probe.kind == "http":
        return {"type": "HTTP", "httpHealthCheck": {**SERVING_PORT, "requestPath": probe.path}}
    if probe.kind == "grpc":
        return {"type": "GRPC", "grpcHealthCheck": SERVING_PORT}
    return {"type": "TCP", "tcpHealthCheck": SERVING_PORT}
