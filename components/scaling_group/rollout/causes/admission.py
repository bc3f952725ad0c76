"""The node takes the pod in, and refuses or ends it: its device plugin, its room, its pressure, its end.

https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/
"""

from __future__ import annotations

import re
from datetime import datetime

from scaling_group.rollout.deployment_status import rollout_step
from scaling_group.rollout.fields import condition, instant, message, part, text
from scaling_group.rollout.finding import Cause, Explanation, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

DEVICE = Cause(
    "device-plugin-refuses",
    "The node's device plugin has no healthy device for the Pod, although the node offers one.",
    "Restart the device plugin on that node, see its log, or drain the node.",
    source="https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/",
    example="the device plugin for nvidia.com/gpu of node-1 refuses the pod: no healthy devices present "
    "(12 pods failed, 1 wanted)",
)
NO_ROOM = Cause(
    "node-without-room",
    "The node has less free than the scheduler thought, and refuses the Pod.",
    "The controller tries again; if it goes on, see what else runs on that node.",
    source="https://github.com/kubernetes/kubernetes/issues/34772",
    example="node-1 has too little cpu left and refuses the pod (OutOfcpu)",
)
REFUSED = Cause(
    "node-refuses-pod",
    "The kubelet of the node refuses the Pod: topology, affinity, system or security settings.",
    "See the evidence; the node, or what the Pod asks of it, has to change.",
    source="https://kubernetes.io/docs/tasks/administer-cluster/topology-manager/",
    example="node-1 refuses the pod (TopologyAffinityError): Resources cannot be allocated with Topology "
    "locality",
)
SHUT_DOWN = Cause(
    "node-shut-down",
    "The node is shutting down or was taken away, and ended the Pod.",
    "A new Pod replaces it on another node; spot nodes are taken away at any time.",
    source="https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/",
    example="node-1 shut down and ended the pod (Terminated)",
)
PREEMPTED = Cause(
    "pod-preempted",
    "A Pod of higher priority needs the room, and the Pod was ended for it.",
    "A new Pod waits for room. Give the group a priority class, or add nodes.",
    source="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",
    example="ended by node-1 to make room for a pod of higher priority (Preempting)",
)
EVICTED = Cause(
    "pod-evicted",
    "The node evicted the Pod, usually because it was short of memory or disk.",
    "A new Pod replaces it. If it happens again, request what it needs: `--memory`.",
    source="https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/",
    example="evicted by its node: Evicted",
)
CAUSES = (DEVICE, NO_ROOM, REFUSED, SHUT_DOWN, PREEMPTED, EVICTED)

#: The reason of the kubelet's event, and mostly of the status.
EVICTION = "Evicted"
OUT_OF = "OutOf"
DEVICES = re.compile(r"unhealthy devices (?P<kind>[\w./-]{1,200})|(?P<other>[\w.-]{1,100}\.com/[\w-]{1,100})")
OF_SHUTDOWN = ("Terminated", "NodeShutdown", "Shutdown", "NodeLost", "DeletionByPodGC")
OF_DISK = ("ephemeral", "disk", "inodes", "emptydir")
OF_PREEMPTION = ("Preempting", "PreemptionByScheduler")
OF_KUBELET = (
    "UnexpectedAdmissionError",
    "TopologyAffinityError",
    "SMTAlignmentError",
    "NodeAffinity",
    "NodePorts",
    "PodOSSelectorNodeLabelDoesNotMatch",
    "PodOSNotSupported",
    "AppArmor",
    "SysctlForbidden",
    "InvalidNodeInfo",
)


def find(rollout: ObservedRollout, pod: Pod) -> Finding | None:
    """Return why the pod as a whole has failed."""
    event = pod.event(EVICTION)
    # Of a process that obeys and ends with 0 the status keeps no reason.
    reason = text(pod.found, "status", "reason") or _disrupted(pod) or (EVICTION if event else "")
    # A pod that has ended stays listed after another has taken its place.
    if not pod.over or not reason or rollout_step(rollout.deployment).complete:
        return None
    words = message(pod.found, "status", "message") or (event.message if event else "")
    told = _explained(rollout, pod, reason, words)
    return Finding(
        told.cause,
        told.said,
        told.resolution,
        detail=f"pod {pod.name}: {reason}: {words.strip()}",
        since=_since(pod),
        pod=pod.name,
    )


def _disrupted(pod: Pod) -> str:
    found = condition(part(pod.found, "status"), "DisruptionTarget")
    return text(found, "reason") if found.get("status") == "True" else ""


def _since(pod: Pod) -> datetime | None:
    found = condition(part(pod.found, "status"), "DisruptionTarget")
    return instant(found, "lastTransitionTime") or pod.created


def _explained(rollout: ObservedRollout, pod: Pod, reason: str, words: str) -> Explanation:
    node = pod.node or "its node"
    see = f"kubectl describe node {pod.node or 'NODE'}"
    if reason == "UnexpectedAdmissionError" and ("device" in words or "llocate" in words):
        kind = DEVICES.search(words)
        named = f" for {kind['kind'] or kind['other']}" if kind else ""
        said = f"the device plugin{named} of {node} refuses the pod: {_why(words)}"
        fix = f"Restart the device plugin's pod on {node} and read its log, or drain the node: {see}"
        return Explanation(DEVICE, said, fix)
    if reason.startswith(OUT_OF):
        of = reason.removeprefix(OUT_OF).strip()
        said = f"{node} has too little {of or 'room'} left and refuses the pod ({reason})"
        return Explanation(NO_ROOM, said, f"See what else runs there: {see}")
    if reason in OF_SHUTDOWN or "shutdown" in words.lower() or "shut down" in words.lower():
        said = f"{node} shut down and ended the pod ({reason})"
        return Explanation(SHUT_DOWN, said, SHUT_DOWN.advice)
    if reason in OF_PREEMPTION:
        said = f"ended by {node} to make room for a pod of higher priority ({reason})"
        return Explanation(PREEMPTED, said, PREEMPTED.advice)
    if reason in OF_KUBELET:
        return Explanation(REFUSED, f"{node} refuses the pod ({reason}): {_why(words)}", f"See it: {see}")
    return _evicted(rollout, reason, words)


def _evicted(rollout: ObservedRollout, reason: str, words: str) -> Explanation:
    again = "A new pod replaces it. If it happens again, request what it needs: "
    if any(each in words.lower() for each in OF_DISK):
        fix = "A new pod replaces it. Write less to the container's disk, or mount more for it with --mount."
        return Explanation(EVICTED, f"evicted by its node: {reason}", fix)
    return Explanation(
        EVICTED, f"evicted by its node: {reason}", again + rollout.command("update", "--memory=MEMORY")
    )


def _why(words: str) -> str:
    """Return what the kubelet says, without what each of its refusals begins with."""
    said = words.strip().removeprefix("Pod was rejected: ").removeprefix("Pod ")
    said = said.removeprefix("Allocate failed due to ")
    return said.partition("; ")[0].partition(", which is unexpected")[0][:200] or "no reason is given"
