"""What the nodes offer, where they were read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from scaling_group.rollout.fields import Object, field, labels_of, name_of, part, parts, text, texts
from scaling_group.rollout.selector import matches
from scaling_group.spec.gpu import GPU_RESOURCE as GPU
from scaling_group.spec.gpu_profiles import GPU_TYPE_LABEL
from scaling_group.spec.quantity import amount_of

#: Labels that name the type of a node's GPUs: of GKE, GPU feature discovery, Karpenter and EKS, the cluster
#: autoscaler's of AWS, CoreWeave, AKS, and of AMD's labeller.
GPU_LABELS = (
    GPU_TYPE_LABEL,
    "nvidia.com/gpu.product",
    "karpenter.k8s.aws/instance-gpu-name",
    "eks.amazonaws.com/instance-gpu-name",
    "karpenter.azure.com/sku-gpu-name",
    "k8s.amazonaws.com/accelerator",
    "gpu.nvidia.com/class",
    "gpu.nvidia.com/model",
    "amd.com/gpu.product-name",
    "kubernetes.azure.com/accelerator",
    "accelerator",
)
#: Taints that tell how a node is, and not whom it is for; no toleration is an answer to them.
#: https://kubernetes.io/docs/reference/labels-annotations-taints/
OF_STATE = (
    "node.kubernetes.io/",
    "node.cloudprovider.kubernetes.io/",
    "node.cilium.io/agent-not-ready",
    "ToBeDeletedByClusterAutoscaler",
    "DeletionCandidateOfClusterAutoscaler",
    "karpenter.sh/disrupted",
    "karpenter.sh/disruption",
    "karpenter.sh/unregistered",
    "ebs.csi.aws.com/agent-not-ready",
    "efs.csi.aws.com/agent-not-ready",
)
#: Of the nodes that run the control plane, where no group is meant to be.
OF_CONTROL_PLANE = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")


def requested(pod: Object, resource: str) -> str:
    """Return how much of a resource the pod's first container to ask for it asks for, empty for none."""
    for container in parts(pod, "spec", "containers"):
        for kind in ("requests", "limits"):
            if amount := part(container, "resources", kind).get(resource):
                return str(amount)
    return ""


def gpu_of(pod: Object) -> str:
    """Return the extended resource that a pod asks for: GPUs of NVIDIA where it asks for none."""
    named = (
        name
        for container in parts(pod, "spec", "containers")
        for kind in ("requests", "limits")
        for name in part(container, "resources", kind)
        if "/" in name
    )
    return next(named, GPU)


def gpus_in_words(resource: str, count: str) -> str:
    """Return an amount of GPUs in words: `2 GPUs`, `2 amd.com/gpu`."""
    return f"{count} {resource}" if resource != GPU else f"{count} GPU{'' if count == '1' else 's'}"


def charged(pod: Object, resource: str) -> Decimal:
    """Return what a quota counts of a pod: `pods`, `requests.cpu`, `limits.memory`, `memory`."""
    if resource in ("pods", "count/pods"):
        return Decimal(1)
    kind, dot, name = resource.partition(".")
    kind, name = (kind, name) if dot and kind in ("requests", "limits") else ("requests", resource)
    asked = (
        part(each, "resources", kind).get(name) or part(each, "resources", "limits").get(name)
        for each in parts(pod, "spec", "containers")
    )
    return sum((amount_of(str(each)) or Decimal(0) for each in asked if each), Decimal(0))


def shown(resource: str, amount: str) -> str:
    """Return an amount in words: `1000 CPU`, whether it is written as 1000, 1k or 1000000m."""
    if resource != "cpu":
        return f"{amount or 'enough'} {resource}"
    cores = amount_of(amount)
    return f"{cores.normalize():f} CPU" if cores is not None else "enough CPU"


def largest(nodes: Iterable[Object], resource: str) -> Decimal:
    """Return the most of a resource that one node has for pods."""
    offers = (amount_of(str(field(node, "status", "allocatable", resource) or "0")) for node in nodes)
    return max((offer for offer in offers if offer is not None), default=Decimal(0))


def gpu_types(nodes: Iterable[Object], label: str) -> list[str]:
    """Return the types of GPUs that the nodes have by a label."""
    return sorted({str(labels_of(node)[label]) for node in nodes if labels_of(node).get(label)})


def gpu_label(pod: Object) -> tuple[str, str]:
    """Return the label and the type of GPU that a pod asks for, empty where it takes any."""
    wanted = {**_of_affinity(pod), **part(pod, "spec", "nodeSelector")}
    return next(((key, str(wanted[key])) for key in GPU_LABELS if key in wanted), ("", ""))


def _of_affinity(pod: Object) -> dict[str, str]:
    """Return the labels that the pod's node affinity asks for, with the first of the values that it takes."""
    required = part(pod, "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    expressions = (
        each for term in parts(required, "nodeSelectorTerms") for each in parts(term, "matchExpressions")
    )
    given = (
        (text(each, "key"), texts(each, "values")) for each in expressions if text(each, "operator") == "In"
    )
    return {key: values[0] for key, values in given if values}


def other_label(nodes: Iterable[Object], label: str) -> tuple[str, list[str]]:
    """Return the label that the nodes name their GPUs by, and its values, where it is not this one."""
    known = list(nodes)
    if gpu_types(known, label):
        return "", []
    offered = ((key, gpu_types(known, key)) for key in GPU_LABELS)
    return next(((key, types) for key, types in offered if types), ("", []))


def likest(types: Sequence[str], wanted: str) -> str:
    """Return the type that has the wanted one's name in another spelling, the first where none has."""

    def plain(name: str) -> str:
        letters = "".join(each for each in name.lower() if each.isalnum())
        return letters.removeprefix("nvidia").removeprefix("tesla")

    return next((each for each in types if plain(wanted) in plain(each)), types[0])


def fitting(nodes: Iterable[Object], pod: Object) -> list[Object]:
    """Return the nodes that a pod may run on by their labels: its nodeSelector and its node affinity.

    https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
    """
    wanted = part(pod, "spec", "nodeSelector").items()
    required = part(pod, "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    terms = parts(required, "nodeSelectorTerms")
    return [
        node
        for node in nodes
        if wanted <= labels_of(node).items() and (not terms or any(_meets(term, node) for term in terms))
    ]


def _meets(term: Object, node: Object) -> bool:
    fields = parts(term, "matchFields")
    named = all(name_of(node) in texts(each, "values") for each in fields if text(each, "operator") == "In")
    return named and all(_compares(each, labels_of(node)) for each in parts(term, "matchExpressions"))


def _compares(expression: Object, labels: Mapping[str, object]) -> bool:
    operator, values = text(expression, "operator"), texts(expression, "values")
    if operator not in ("Gt", "Lt"):
        return matches({"matchExpressions": [expression]}, labels)
    held, wanted = str(labels.get(text(expression, "key"), "")), next(iter(values), "")
    if not (held.isdecimal() and wanted.isdecimal()):
        return False
    return int(held) > int(wanted) if operator == "Gt" else int(held) < int(wanted)


def untolerated(node: Object, pod: Object) -> list[Object]:
    """Return the taints that keep a pod off a node."""
    tolerations = parts(pod, "spec", "tolerations")
    return [
        taint
        for taint in parts(node, "spec", "taints")
        if text(taint, "effect") in ("NoSchedule", "NoExecute")
        and not any(_tolerates(each, taint) for each in tolerations)
    ]


def _tolerates(toleration: Object, taint: Object) -> bool:
    if text(toleration, "effect") not in ("", text(taint, "effect")):
        return False
    if text(toleration, "operator") == "Exists":
        return text(toleration, "key") in ("", text(taint, "key"))
    return text(toleration, "key") == text(taint, "key") and text(toleration, "value") == text(taint, "value")


def taint_text(taint: Object) -> str:
    """Return a taint in the form of --toleration."""
    value = text(taint, "value")
    return f"{text(taint, 'key')}" + (f"={value}" if value else "") + f":{text(taint, 'effect')}"


def is_of_state(key: str) -> bool:
    """Return whether a taint tells how its node is."""
    return key.startswith(OF_STATE)
