"""The containers are ready, and a readiness gate of the pod is not.

https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-readiness-gate
"""

from __future__ import annotations

from datetime import datetime

from scaling_group.rollout.fields import condition, instant, message, part, parts, text
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

GATE = Cause(
    "readiness-gate",
    "The containers are ready, but a readiness gate of the Pod is not: mostly a load balancer's.",
    "See why at who sets the gate: its health check, or its controller.",
    source="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-readiness-gate",
    example="the readiness gate cloud.google.com/load-balancer-neg-ready is False "
    "(LoadBalancerNegNotReady): Waiting for pod to become healthy",
)
CAUSES = (GATE,)

#: Whose gate it is, by its prefix, and what it waits for there.
OWNERS = (
    ("cloud.google.com/", "the GKE load balancer; its health check: kubectl get healthcheckpolicies"),
    ("target-health", "the AWS Load Balancer Controller; its target group says what the health check meets"),
)


def find(rollout: ObservedRollout, pod: Pod) -> Finding | None:
    """Return which readiness gate keeps a pod, whose containers are ready, from being ready."""
    serving = [c for c in pod.containers if not c.init]
    if pod.ready or not serving or not all(c.ready for c in serving):
        return None
    for gate in parts(pod.found, "spec", "readinessGates"):
        kind = text(gate, "conditionType")
        said = condition(part(pod.found, "status"), kind)
        if said.get("status") != "True":
            return Finding(
                GATE,
                _said(kind, text(said, "status"), text(said, "reason"), message(said, "message")),
                f"See why at who sets it{_owner(kind)}: kubectl describe pod {pod.name} "
                f"-n {rollout.namespace}",
                detail=f"pod {pod.name}: {_whole(pod)}",
                since=instant(said, "lastTransitionTime") or _unready_since(pod),
                pod=pod.name,
            )
    return None


def _said(kind: str, status: str, reason: str, words: str) -> str:
    if not status:
        return f"the readiness gate {kind} was never set: its controller has not answered"
    return (
        f"the readiness gate {kind} is {status}"
        + (f" ({reason})" if reason else "")
        + (f": {words[:200]}" if words else "")
    )


def _owner(kind: str) -> str:
    owner = next((whose for prefix, whose in OWNERS if kind.startswith(prefix)), "")
    return f" ({owner})" if owner else ""


def _whole(pod: Pod) -> str:
    unready = condition(part(pod.found, "status"), "Ready")
    return f"Ready={text(unready, 'status') or 'unknown'} ({text(unready, 'reason')}): " + (
        message(unready, "message") or "all containers are ready"
    )


def _unready_since(pod: Pod) -> datetime | None:
    return instant(condition(part(pod.found, "status"), "Ready"), "lastTransitionTime")
