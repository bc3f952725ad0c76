"""The node of a pod does not answer, or does not answer well."""

from __future__ import annotations

from datetime import datetime

from scaling_group.rollout.fields import (
    Object,
    condition,
    condition_text,
    instant,
    message,
    name_of,
    number,
    part,
    parts,
    text,
)
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

LOST = Cause(
    "node-lost",
    "The Pod's node does not answer, so its Pods count as not ready, whatever their containers read.",
    "Wait: another Pod replaces it after the toleration time. See the node with `kubectl describe node`.",
    source="https://kubernetes.io/docs/concepts/architecture/nodes/#node-status",
    example="the node node-1 has not answered since 2026-01-02 03:04:05 UTC; another pod replaces the one "
    "there 300 s after that",
)
CAUSES = (LOST,)

#: Taints of a node that is away; DefaultTolerationSeconds gives each pod a time for them.
#: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions
AWAY = ("node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready")
TOLERATED = 300
#: The kubelet gives a reason when it finds a pod not ready; the controller of nodes gives none.
OF_KUBELET = ("ContainersNotReady", "ReadinessGatesNotReady", "PodCompleted", "PodFailed")


def find(rollout: ObservedRollout, pod: Pod) -> Finding | None:
    """Return that the pod's node is away, while the pod is not ready."""
    if not pod.node or pod.ready or pod.over:
        return None
    node = next((each for each in rollout.seen.nodes if name_of(each) == pod.node), {})
    of_node = condition(part(node, "status"), "Ready")
    unready = condition(part(pod.found, "status"), "Ready")
    said = pod.event("NodeNotReady")
    if not (_away(of_node) or (not of_node and (_marked(pod, unready) or _told(pod, unready)))):
        return None
    since = _since(of_node, unready) or (said.first if said else None)
    when = f" since {since:%Y-%m-%d %H:%M:%S} UTC" if since else ""
    what = "is not ready" if of_node.get("status") == "False" else "has not answered"
    seconds = _tolerated(pod)
    return Finding(
        LOST,
        f"the node {pod.node} {what}{when}; another pod replaces the one there {seconds} s after that",
        f"Wait for the other pod, and see what the node lacks: kubectl describe node {pod.node}",
        detail=_evidence(pod, of_node, unready),
        since=since,
        pod=pod.name,
        heals=True,
    )


def _away(of_node: Object) -> bool:
    return bool(of_node) and of_node.get("status") != "True"


def _marked(pod: Pod, unready: Object) -> bool:
    """Return whether the controller of nodes has marked a pod whose kubelet had found it ready."""
    whole = condition(part(pod.found, "status"), "ContainersReady").get("status") == "True"
    gates = parts(pod.found, "spec", "readinessGates")
    return whole and not gates and bool(unready) and text(unready, "reason") not in OF_KUBELET


def _told(pod: Pod, unready: Object) -> bool:
    """Return whether it was said of the pod that its node is away, and its kubelet has said nothing since."""
    said, changed = pod.event("NodeNotReady"), instant(unready, "lastTransitionTime")
    if not said or text(unready, "reason") in OF_KUBELET:
        return text(pod.found, "status", "reason") == "NodeLost"
    return not (said.last and changed and said.last < changed)


def _since(of_node: Object, unready: Object) -> datetime | None:
    return instant(of_node, "lastTransitionTime") or instant(unready, "lastTransitionTime")


def _tolerated(pod: Pod) -> int:
    """Return after how many seconds a pod on a node that is away is given up."""
    found = [each for each in parts(pod.found, "spec", "tolerations") if text(each, "key") in AWAY]
    return min((number(each, "tolerationSeconds", default=TOLERATED) for each in found), default=TOLERATED)


def _evidence(pod: Pod, of_node: Object, unready: Object) -> str:
    said = pod.event("NodeNotReady")
    known = f"; node {pod.node}: {condition_text(of_node)}" if of_node else ""
    event = f"; NodeNotReady: {said.message}" if said else ""
    status = text(unready, "status") or "unknown"
    why = message(unready, "message")
    return f"pod {pod.name}: Ready={status}{f' ({why})' if why else ''}{event}{known}"
