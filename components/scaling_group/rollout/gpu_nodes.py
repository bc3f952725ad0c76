"""What nodes tell of their GPUs: the resource, the type by a profile, and whether cards are shared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from scaling_group.rollout.fields import Object, condition, field, labels_of, part
from scaling_group.spec.gpu import GPU_RESOURCE
from scaling_group.spec.gpu_profiles import GPU_TYPE_LABEL, NONE, TYPE_LABELS, Names
from scaling_group.spec.gpu_types import AMD_LABEL, AMD_RESOURCE, TYPES, GpuType
from scaling_group.spec.quantity import amount_of

#: Resources of which a node's label tells the type.
TYPED = (GPU_RESOURCE, AMD_RESOURCE)
#: How the names of resources begin that are GPUs or slices of them.
VENDORS = (
    "nvidia.com/",
    "amd.com/",
    "gpu.intel.com/",
    "habana.ai/",
    "aws.amazon.com/neuron",
)
#: How the device plugin calls a resource whose cards are shared, where it is told to:
#: https://github.com/NVIDIA/k8s-device-plugin#shared-access-to-gpus
SHARED_RESOURCE = ".shared"
#: Labels that tell how cards are shared, and what their values mean here.
#: https://github.com/NVIDIA/k8s-device-plugin/tree/main/docs/gpu-feature-discovery
#: https://cloud.google.com/kubernetes-engine/docs/concepts/timesharing-gpus
SHARING_LABELS = ("nvidia.com/gpu.sharing-strategy", "cloud.google.com/gke-gpu-sharing-strategy")
SHARING = {"time-slicing": "time-slicing", "time-sharing": "time-slicing", "mps": "mps"}
#: Labels that nodes of a platform have, with GPUs or without.
PLATFORMS = {
    "gke": ("cloud.google.com/gke-nodepool", ""),
    "eks-auto": ("eks.amazonaws.com/compute-type", "auto"),
    "karpenter": ("karpenter.k8s.aws/instance-family", ""),
    "coreweave": ("node.coreweave.cloud/class", ""),
    "aks": ("kubernetes.azure.com/cluster", ""),
}
#: The label that a cloud's own nodes have from their first moment counts before one that a program adds.
ORDER = (*PLATFORMS, "gfd")


class Naming(NamedTuple):
    """How groups of an environment name types of GPU; without a profile by the value of GKE's label."""

    profile: str | None
    names: Names = ()


class Known(NamedTuple):
    """A type as --gpu takes it, and the profile by which a node names it. gib: its memory, 0 for unknown."""

    type: str
    profile: str
    gib: int


class Found(NamedTuple):
    """The profile that nodes tell of. said: by what, in words."""

    profile: str
    said: str


def gpus_of(node: Object) -> Iterator[tuple[str, int]]:
    """Yield the resources of a node that are GPUs, with as many as it has for pods."""
    for name in part(node, "status", "allocatable"):
        count = int(amount_of(str(field(node, "status", "allocatable", name))) or 0)
        if count and (name.startswith(VENDORS) or name.endswith("/gpu")):
            yield name, count


def type_of(node: Object, resource: str, naming: Naming) -> Known:
    """Return the type of a node's GPUs: by the profile in force, else by one that its labels belong to."""
    if resource not in TYPED:
        return Known(resource, "", 0)
    if naming.profile is None:
        value = _value(node, GPU_TYPE_LABEL)
        own = _own(node, naming, "gke") if value else ""
        kind = next((each for each in TYPES if value in each.names.get("gke", ())), None)
        return Known(own or value, "", kind.gib if kind else 0) if value else _elsewhere(node, resource, "")
    if naming.profile == NONE:
        return Known("", "", 0)
    if own := _own(node, naming, naming.profile):
        return Known(own, naming.profile, 0)
    return _in_profile(node, naming.profile, resource) or _elsewhere(node, resource, naming.profile)


def _in_profile(node: Object, profile: str, resource: str) -> Known | None:
    kind = next((each for each in TYPES if each.resource == resource and _is(node, each, profile)), None)
    return Known(kind.name, profile, kind.gib) if kind else None


def _elsewhere(node: Object, resource: str, besides: str) -> Known:
    named = (_in_profile(node, each, resource) for each in ORDER if each != besides)
    return next((known for known in named if known), Known("", "", 0))


def _is(node: Object, kind: GpuType, profile: str) -> bool:
    labels = kind.labels(profile)
    return bool(labels) and all(_value(node, key) in values for key, values in labels.items())


def _own(node: Object, naming: Naming, profile: str) -> str:
    values = [_value(node, label) for label in (TYPE_LABELS[profile], AMD_LABEL)]
    return next((name for name, own in naming.names if any(value in own for value in values)), "")


def _value(node: Object, label: str) -> str:
    return str(labels_of(node).get(label, ""))


def sharing_of(node: Object, resource: str) -> str:
    """Return how one card serves several pods: time-slicing, mps, or empty for one that is a pod's own."""
    told = next((SHARING[value] for label in SHARING_LABELS if (value := _value(node, label)) in SHARING), "")
    product = _value(node, TYPE_LABELS["gfd"])
    # The product has this ending also where an older version says nothing of a strategy.
    other = "time-slicing" if resource.endswith(SHARED_RESOURCE) or product.endswith("-SHARED") else ""
    return (told or other) if resource.startswith("nvidia.com/") else ""


def takes_pods(node: Object) -> bool:
    """Return whether new pods can go to a node."""
    ready = condition(part(node, "status"), "Ready")
    return ready.get("status", "True") == "True" and not field(node, "spec", "unschedulable")


def profile_of(nodes: Sequence[Object]) -> Found | None:
    """Return the profile that the nodes tell of: those with GPUs, else their platform; None for nothing."""
    with_gpus = [node for node in nodes if any(True for _ in gpus_of(node))]
    named = [(len(_naming(with_gpus, profile)), profile) for profile in ORDER]
    count, profile = max(named, key=lambda each: each[0], default=(0, ""))
    if count:
        by = TYPE_LABELS[profile]
        return Found(profile, f"{count} of {len(with_gpus)} nodes with GPUs name their types by {by}")
    platform = next((each for each in PLATFORMS if any(_on(node, each) for node in nodes)), None)
    if platform is None:
        return None
    label = PLATFORMS[platform][0]
    return Found(platform, f"no node has GPUs yet, and its nodes have the label {label}")


def _naming(nodes: Iterable[Object], profile: str) -> list[Object]:
    """Return the nodes that name their types as a profile says."""
    if profile == "aks":
        # Nodes of every cloud have that label.
        return [node for node in nodes if _on(node, profile)]
    labels = (TYPE_LABELS[profile], *([AMD_LABEL] if profile == "gfd" else []))
    return [node for node in nodes if any(_value(node, label) for label in labels)]


def _on(node: Object, platform: str) -> bool:
    label, value = PLATFORMS[platform]
    found = _value(node, label)
    return found == value if value else bool(found)
