"""GPUs that a pod asks for: of a type, by a label, as many, with a driver.

https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from scaling_group.rollout.causes.nodes import (
    fitting,
    gpu_label,
    gpu_of,
    gpu_types,
    gpus_in_words,
    largest,
    likest,
    other_label,
    requested,
)
from scaling_group.rollout.causes.verdict import SchedulerVerdict
from scaling_group.rollout.fields import Object, name_of, parts
from scaling_group.rollout.finding import Cause, Explanation
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod
from scaling_group.spec.gpu_profiles import GPU_TYPE_LABEL
from scaling_group.spec.quantity import amount_of

#: What the scheduler says of a node that lacks devices.
NO_DEVICES = "cannot allocate all claims"
SOURCE = "https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/"
DEADLOCK = Cause(
    "gpu-rollout-deadlock",
    "The new pod waits for a GPU that an old pod holds, but the old Pod runs until the new one is ready.",
    "Stop the old Pod first, as groups made by `scaling-group` do (maxUnavailable 1, maxSurge 0).",
    source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment",
    example="the new pod waits for 1 GPU, which the old pod holds until the new one is ready",
    hopeless="where no autoscaler announces a node",
)
LABEL = Cause(
    "gpu-label-other",
    "The nodes name their GPUs by another label than the group asks for.",
    "Ask for a count alone with `--gpu`, and for the type with `--node-selector`.",
    source="https://github.com/NVIDIA/k8s-device-plugin/tree/main/docs/gpu-feature-discovery, "
    "https://karpenter.sh/docs/concepts/scheduling/",
    example="no node has the label cloud.google.com/gke-accelerator: this cluster names GPUs by "
    "nvidia.com/gpu.product (NVIDIA-L4)",
    hopeless="where no autoscaler announces a node",
)
TYPE = Cause(
    "gpu-type-absent",
    f"No node has GPUs of the requested type (label `{GPU_TYPE_LABEL}`).",
    "Request a type that exists with `--gpu`, or add nodes of it.",
    source=SOURCE,
    example="no node has GPUs of type nvidia-l4; there are nvidia-tesla-t4",
    hopeless="where no autoscaler announces a node",
)
DRIVER = Cause(
    "gpu-driver-not-ready",
    "A node has GPUs by its label, and offers none yet: its driver or device plugin is not ready.",
    "Wait for a fresh node; otherwise see the Pods of the driver and the device plugin there.",
    source="https://cloud.google.com/kubernetes-engine/docs/how-to/gpus#installing_drivers",
    example="GPUs of type nvidia-l4 are not offered yet by gpu-1: the driver or device plugin is not ready",
)
TAKEN = Cause(
    "gpus-taken",
    "No node has as many GPUs free as a replica requests.",
    "Free some, request fewer with `--gpu` or `--replicas`, or add nodes.",
    source=SOURCE,
    example="no node has 2 GPUs of type nvidia-l4 free",
    hopeless="where no node is large enough, and no autoscaler announces one",
)
CAUSES = (DEADLOCK, LABEL, TYPE, DRIVER, TAKEN)


def of_type(pod: Pod) -> str:
    """Return in words which GPUs a pod asks for, empty for one that asks for none of a type."""
    _, kind = gpu_label(pod.found)
    return f" with GPUs of type {kind}" if kind and requested(pod.found, gpu_of(pod.found)) else ""


def having(nodes: Sequence[Object], pod: Pod) -> list[Object]:
    """Return the nodes with as many GPUs as a pod asks for, all where it asks for none or no node has."""
    gpu = gpu_of(pod.found)
    count = amount_of(requested(pod.found, gpu) or "0") or 0
    return [node for node in nodes if largest([node], gpu) >= count] or list(nodes)


def short(rollout: ObservedRollout, pod: Pod, verdict: SchedulerVerdict) -> Explanation | None:
    """Return that GPUs are what nodes lack that could take the pod otherwise."""
    gpu = gpu_of(pod.found)
    count = requested(pod.found, gpu)
    others = [each for each in verdict.lacking if each != gpu]
    if not count or gpu not in verdict.lacking:
        return None
    fit = fitting(rollout.seen.nodes, pod.found)
    if others and _elsewhere(fit, gpu, count, verdict):
        return None
    _, kind = gpu_label(pod.found)
    wanted = gpus_in_words(gpu, count) + (f" of type {kind}" if kind else "")
    most = largest(fit, gpu) if verdict.tells_of(rollout.seen.nodes) else None
    return _driver(fit, gpu, kind) or _taken(rollout, most if fit else None, wanted, count)


def devices(rollout: ObservedRollout, pod: Pod, verdict: SchedulerVerdict) -> Explanation | None:
    """Return that GPUs are short which are devices: the scheduler itself makes the claim that it speaks of.

    https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#extended-resource
    """
    gpu = gpu_of(pod.found)
    count = requested(pod.found, gpu)
    if not count or parts(pod.found, "spec", "resourceClaims") or NO_DEVICES not in verdict.message:
        return None
    _, kind = gpu_label(pod.found)
    wanted = gpus_in_words(gpu, count) + (f" of type {kind}" if kind else "")
    told = _taken(rollout, None, wanted, count)
    return told._replace(resolution=f"{told.resolution}. See what there is: scaling-group gpus")


def _elsewhere(fit: Sequence[Object], gpu: str, count: str, verdict: SchedulerVerdict) -> bool:
    """Return whether nodes with GPUs lack something else, and only others lack the GPUs."""
    wanted = amount_of(count) or 0
    able = [node for node in fit if largest([node], gpu) >= wanted]
    if fit:
        return bool(able) and verdict.nodes_lacking(gpu) <= len(fit) - len(able)
    return verdict.apart


def _driver(fit: Sequence[Object], gpu: str, kind: str) -> Explanation | None:
    """Return that nodes which have GPUs by their label offer none, so that their driver is not ready."""
    unready = [node for node in fit if kind and not largest([node], gpu)]
    if not unready or len(unready) < len(fit):
        return None
    names = ", ".join(name_of(node) for node in unready[:3])
    said = f"GPUs of type {kind} are not offered yet by {names}: the driver or device plugin is not ready"
    see = f"kubectl get pods -A --field-selector=spec.nodeName={name_of(unready[0])}"
    return Explanation(DRIVER, said, f"A fresh node needs minutes for it. See its driver's pods: {see}")


def _taken(rollout: ObservedRollout, most: Decimal | None, wanted: str, count: str) -> Explanation:
    if rollout.keeps_old:
        said = f"the new pod waits for {wanted}, which the old pod holds until the new one is ready"
        stop = rollout.command("update", "--unset=surge") if rollout.surges else rollout.swap
        return Explanation(DEADLOCK, said, f"Stop the old pod first: {stop}", True)
    never = most is not None and most < (amount_of(count) or 0)
    offered = f"; the most that one has is {most:f}" if never and most else ""
    fewer = rollout.command("update", "--gpu=TYPE:COUNT")
    ends = " until a terminating pod is gone" if rollout.ending else ""
    fix = f"Free some, request fewer ({fewer}), or add nodes"
    return Explanation(TAKEN, f"no node has {wanted} free{ends}{offered}", fix, never)


def absent(rollout: ObservedRollout, pod: Pod, verdict: SchedulerVerdict) -> Explanation | None:
    """Return that no node is of the type of GPU that the pod asks for, or names it so."""
    label, kind = gpu_label(pod.found)
    nodes = rollout.seen.nodes
    count = requested(pod.found, gpu_of(pod.found))
    if not (label and count and verdict.says("node affinity/selector", "node selector")):
        return None
    offered = gpu_types(nodes, label)
    other, types = other_label(nodes, label)
    if other:
        said = f"no node has the label {label}: this cluster names GPUs by {other} ({', '.join(types)})"
        chosen = f"--node-selector={other}={likest(types, kind)}"
        fix = rollout.command("update", f"--gpu={count}", chosen)
        return Explanation(
            LABEL,
            said,
            f"Ask for a count alone, and for the type by that label: {fix}",
            verdict.tells_of(nodes),
        )
    if kind in offered:
        return None
    there = f"; there are {', '.join(offered)}" if offered else ""
    fix = f"Request a type that exists: {rollout.command('update', '--gpu=TYPE:COUNT')}"
    return Explanation(TYPE, f"no node has GPUs of type {kind}{there}", fix, verdict.tells_of(nodes))
