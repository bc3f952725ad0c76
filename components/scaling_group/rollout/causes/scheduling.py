"""No node takes the pod, by what the scheduler says of the nodes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from scaling_group.rollout.causes import gpus, taints, volumes
from scaling_group.rollout.causes.node_autoscaler import ScaleUp, scale_up
from scaling_group.rollout.causes.nodes import (
    fitting,
    gpu_of,
    largest,
    requested,
    shown,
    untolerated,
)
from scaling_group.rollout.causes.verdict import SchedulerVerdict
from scaling_group.rollout.fields import Object, field, instant, message, part, parts, text
from scaling_group.rollout.finding import Cause, Explanation, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod
from scaling_group.spec.placement import ARCHITECTURE_LABEL, SPOT
from scaling_group.spec.quantity import amount_of

SCHEDULER = "https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/"
GATED = Cause(
    "scheduling-gated",
    "A scheduling gate holds the Pod back, as a queue (Kueue) does until there is quota.",
    "Wait until the owner of the gate removes it; see the queue of the Pod.",
    source="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-scheduling-readiness/",
    example="the pod is held back by the scheduling gate kueue.x-k8s.io/admission (Kueue, queue gpus)",
)
SCALE_UP = Cause(
    "scale-up-failed",
    "The autoscaler tried to add a node for the Pod, and the cloud gave none: quota, stock or addresses.",
    "Wait for stock, have the quota raised, or use another zone or kind of machine.",
    source="https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-autoscaler-visibility, "
    "https://karpenter.sh/docs/troubleshooting/",
    example="no node has 1 GPU of type nvidia-l4 free, and adding one failed: GCE out of resources",
)
PREEMPTS = Cause(
    "waits-for-preemption",
    "The Pod has a node, where Pods of lower priority have to end first.",
    "Wait until they have ended; their grace period and disruption budgets say how long.",
    source="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",
    example="the pod waits until pods of lower priority have ended on node-1",
)
FULL = Cause(
    "too-many-pods",
    "The nodes run as many Pods as they may.",
    "Add nodes, or raise the limit of Pods per node.",
    source="https://kubernetes.io/docs/setup/best-practices/cluster-large/",
    example="no node may run another pod: Too many pods",
)
CLAIMS = Cause(
    "resource-claim",
    "A ResourceClaim of the Pod cannot be allocated, or does not exist.",
    "See the claim and the devices: `kubectl describe resourceclaims`, `kubectl get resourceslices`.",
    source="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/",
    example="no node can allocate the pod's resource claims: cannot allocate all claims",
)
CPU = Cause(
    "unschedulable-cpu",
    "No node has as much CPU free as a replica requests.",
    "Request less with `--cpu`, or add nodes.",
    source=SCHEDULER,
    example="no node has 1000 CPU free; the most that one offers is 8",
    hopeless="where no node is large enough, and no autoscaler announces one",
)
MEMORY = Cause(
    "unschedulable-memory",
    "No node has as much memory free as a replica requests.",
    "Request less with `--memory`, or add nodes.",
    source=SCHEDULER,
    example="no node with GPUs of type nvidia-l4 has 96Gi memory free; the most that one offers is 30Gi",
    hopeless="where no node is large enough, and no autoscaler announces one",
)
SELECTOR = Cause(
    "unschedulable-selector",
    "No node has the labels that the group requires.",
    "Correct `--node-selector`, or label nodes.",
    source="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/",
    example="no node has the labels disk=ssd",
)
OTHER = Cause(
    "unschedulable",
    "No node can run the Pods for another reason; see the evidence.",
    "See the evidence; the scheduler keeps retrying.",
    source=SCHEDULER,
    example="no node can run the pod: node(s) were unschedulable",
    hopeless="where no node is large enough, and no autoscaler announces one",
)
CAUSES = (
    GATED,
    PREEMPTS,
    SCALE_UP,
    *gpus.CAUSES,
    CPU,
    MEMORY,
    FULL,
    CLAIMS,
    *taints.CAUSES,
    SELECTOR,
    OTHER,
)

#: Seconds in which an autoscaler decides, 60 in large clusters:
#: https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md
AUTOSCALER = 60
#: Seconds that a node may take to come, of the same page (--max-node-provision-time).
PROVISIONED = 900
#: Labels of a pod that name its queue.
QUEUE = "kueue.x-k8s.io/queue-name"
OF_CLAIMS = ("resourceclaim", "resource claim", "cannot allocate all claims", "deviceclass", "device class")


def find(rollout: ObservedRollout, pod: Pod) -> Finding | None:
    """Return why no node takes the pod."""
    refused = pod.unscheduled
    if not refused or pod.over:
        return None
    if held := _gated(rollout, pod, refused) or _preempts(pod, refused):
        return held
    verdict = SchedulerVerdict.of(message(refused, "message"))
    of_volume = volumes.unschedulable(rollout, pod, verdict.message)
    told = of_volume or _explained(rollout, pod, verdict)
    since, scaling = instant(refused, "lastTransitionTime"), scale_up(pod)
    cause, said, fix = _with_scaling(rollout, told, scaling)
    return Finding(
        cause,
        said,
        fix,
        detail=f"pod {pod.name}: {text(refused, 'reason')}: {verdict.message}{scaling.told}",
        terminal=told.terminal and (of_volume is not None or _no_node_comes(rollout, since, scaling)),
        since=since,
        pod=pod.name,
        heals=bool(scaling.coming),
    )


def _with_scaling(rollout: ObservedRollout, told: Explanation, scaling: ScaleUp) -> tuple[Cause, str, str]:
    """Return what is said of the pod together with what an autoscaler says of it."""
    if scaling.coming:
        seconds = rollout.for_seconds(scaling.since)
        late = f"announced {seconds:.0f} s ago, and it has not come" if seconds > PROVISIONED else ""
        coming = f"a node was {late}" if late else "a node is being added"
        return told.cause, f"{told.said}; {coming}", told.resolution
    if scaling.failed:
        said = f"{told.said}, and adding one failed: {scaling.failed}"
        return SCALE_UP, said, f"{scaling.advice}. {told.resolution}"
    if scaling.declined:
        return told.cause, f"{told.said}; the autoscaler adds none: {scaling.declined}", told.resolution
    return told.cause, told.said, told.resolution


def _no_node_comes(rollout: ObservedRollout, since: datetime | None, scaling: ScaleUp) -> bool:
    """Return whether an autoscaler has had its time, and has announced nothing."""
    waits = scaling.coming or scaling.failed
    return not waits and rollout.for_seconds(since) >= AUTOSCALER


def _gated(rollout: ObservedRollout, pod: Pod, refused: Object) -> Finding | None:
    gates = [text(each, "name") for each in parts(pod.found, "spec", "schedulingGates")]
    if text(refused, "reason") != "SchedulingGated" and not gates:
        return None
    queue = text(part(pod.found, "metadata", "labels"), QUEUE)
    whose = "Kueue" if any("kueue" in gate for gate in gates) or queue else ""
    named = ", ".join(filter(None, (whose, f"queue {queue}" if queue else "")))
    see = (
        f"kubectl describe workloads -n {rollout.namespace}"
        if whose
        else f"kubectl get pod {pod.name} -o yaml"
    )
    said = f"the pod is held back by the scheduling gate {', '.join(gates) or 'of its controller'}"
    return Finding(
        GATED,
        said + (f" ({named})" if named else ""),
        f"Wait until it is admitted; what it waits for: {see}",
        detail=f"pod {pod.name}: {text(refused, 'reason')}: {message(refused, 'message')}",
        since=instant(refused, "lastTransitionTime") or pod.created,
        pod=pod.name,
        heals=True,
    )


def _preempts(pod: Pod, refused: Object) -> Finding | None:
    node = text(pod.found, "status", "nominatedNodeName")
    if not node:
        return None
    return Finding(
        PREEMPTS,
        f"the pod waits until pods of lower priority have ended on {node}",
        f"Wait; a disruption budget or a grace period may hold them: kubectl get pods -A "
        f"--field-selector=spec.nodeName={node}",
        detail=f"pod {pod.name}: {text(refused, 'reason')}: {message(refused, 'message')}",
        since=instant(refused, "lastTransitionTime"),
        pod=pod.name,
        heals=True,
    )


def _explained(rollout: ObservedRollout, pod: Pod, verdict: SchedulerVerdict) -> Explanation:
    for teller in (gpus.devices, _claims, _room, _full, taints.explained, gpus.absent, _selector):
        if told := teller(rollout, pod, verdict):
            return told
    reasons = ", ".join(reason for _, reason in verdict.reasons) or verdict.message[:160]
    return Explanation(OTHER, f"no node can run the pod: {reasons}", OTHER.advice)


def _claims(rollout: ObservedRollout, _pod: Pod, verdict: SchedulerVerdict) -> Explanation | None:
    lower = verdict.message.lower()
    if not any(words in lower for words in OF_CLAIMS):
        return None
    why = ", ".join(reason for _, reason in verdict.reasons) or verdict.message[:160]
    said = f"no node can allocate the pod's resource claims: {why}"
    see = f"kubectl describe resourceclaims -n {rollout.namespace}; kubectl get deviceclasses,resourceslices"
    return Explanation(CLAIMS, said, f"See the claims and the devices: {see}")


def _room(rollout: ObservedRollout, pod: Pod, verdict: SchedulerVerdict) -> Explanation | None:
    """Return which resource is short on the nodes that pass for the pod by labels and taints.

    The scheduler looks at room last, so that these nodes have passed all else.
    """
    lacking = verdict.lacking
    of_nodes = gpus.short(rollout, pod, verdict)
    if of_nodes:
        return of_nodes
    named = [str(each) for each in ("cpu", "memory", "ephemeral-storage") if each in lacking]
    named += [each for each in lacking if each not in named and each != gpu_of(pod.found)]
    if not named:
        return None
    nodes = _candidates(rollout, pod)
    amounts = {name: requested(pod.found, name) for name in named}
    wanted = " and ".join(shown(name, amount) for name, amount in amounts.items())
    never = [n for n, amount in amounts.items() if largest(nodes, n) < (amount_of(amount) or 0)]
    flags = [f"--{name}={name.upper()}" for name in named if name in ("cpu", "memory")]
    less = f" ({rollout.command('update', *flags)})" if flags else ""
    cause = CPU if "cpu" in named else MEMORY if "memory" in named else OTHER
    which = gpus.of_type(pod)
    said = f"no node{which} has {wanted} free" + _most(nodes, never or named)
    return Explanation(
        cause, said, f"Request less{less}, or add nodes", bool(never) and verdict.tells_of(rollout.seen.nodes)
    )


def _most(nodes: Sequence[Object], names: Sequence[str]) -> str:
    """Return the most that one of the nodes has, in the words of the node; empty where none is known."""
    told = []
    for name in names:
        offers = [str(field(node, "status", "allocatable", name) or "0") for node in nodes]
        if offers:
            told.append(shown(name, max(offers, key=lambda each: amount_of(each) or 0)))
    return f"; the most that one offers is {' and '.join(told)}" if told else ""


def _candidates(rollout: ObservedRollout, pod: Pod) -> list[Object]:
    """Return the nodes that could take the pod if they had the room."""
    fit = gpus.having(fitting(rollout.seen.nodes, pod.found), pod)
    return [node for node in fit if not untolerated(node, pod.found)] or fit


def _full(_rollout: ObservedRollout, _pod: Pod, verdict: SchedulerVerdict) -> Explanation | None:
    if not verdict.says("Too many pods"):
        return None
    return Explanation(FULL, "no node may run another pod: Too many pods", FULL.advice)


def _selector(rollout: ObservedRollout, pod: Pod, verdict: SchedulerVerdict) -> Explanation | None:
    if not verdict.says("node affinity/selector", "node selector"):
        return None
    labels = sorted(part(pod.found, "spec", "nodeSelector").items())
    wanted = ", ".join(f"{key}={value}" for key, value in labels)
    flags = dict.fromkeys([_flag(key) for key, _ in labels] or [_flag("")])
    correct = rollout.command("update", *flags)
    said = f"no node has the labels {wanted or 'that the pod asks for'}"
    return Explanation(SELECTOR, said, f"Correct them ({correct}), or label nodes")


def _flag(label: str) -> str:
    """Return what takes a label away that no node has, where a field of its own has set it."""
    if label == ARCHITECTURE_LABEL:
        return "--unset=architecture"
    return "--no-spot" if label in {nodes.label for nodes in SPOT.values()} else "--node-selector=LABEL=VALUE"
