"""Profiles: by which label the nodes of a kind of cluster name their GPUs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaling_group.errors import did_you_mean
from scaling_group.naming import LABEL_LENGTH, LABEL_VALUE
from scaling_group.spec.rejection import reject, shown

#: GKE's node label for the type of a node's GPUs.
GPU_TYPE_LABEL = "cloud.google.com/gke-accelerator"
#: The label that names the type, by profile.
TYPE_LABELS: Mapping[str, str] = {
    "gke": GPU_TYPE_LABEL,
    "karpenter": "karpenter.k8s.aws/instance-gpu-name",
    "eks-auto": "eks.amazonaws.com/instance-gpu-name",
    "aks": "node.kubernetes.io/instance-type",
    "gfd": "nvidia.com/gpu.product",
    "coreweave": "gpu.nvidia.com/class",
}
#: Nodes whose types are not told apart.
NONE = "none"
PROFILES = (*TYPE_LABELS, NONE)
#: Whatever the nodes that are there tell; looked up once, so that no record and no program has it.
AUTO = "auto"
NO_AUTO = "the profile auto is found out by commands that change the cluster. Here name one (gpu.profile)."
#: Types that no profile knows, each with the values of the label that nodes of it have. Pairs and no mapping:
#: environments are keys of caches.
Names = tuple[tuple[str, tuple[str, ...]], ...]
#: Where the values of the labels are documented, by their owners. Karpenter's repository has them type by
#: type (website/content/en/docs/reference/instance-types.md); GPU feature discovery writes the product name
#: of the driver with dashes for blanks. CoreWeave's pages show H100 and newer; its values for the A100 are
#: those of public manifests.
SOURCES: Mapping[str, str] = {
    "gke": "https://cloud.google.com/kubernetes-engine/docs/how-to/gpus",
    "karpenter": "https://karpenter.sh/docs/reference/instance-types/",
    "eks-auto": "https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html",
    "aks": "https://learn.microsoft.com/azure/virtual-machines/sizes/overview#gpu-accelerated",
    "gfd": "https://github.com/NVIDIA/k8s-device-plugin/tree/main/docs/gpu-feature-discovery",
    "coreweave": "https://docs.coreweave.com/products/cks/nodes/manage#target-specific-gpus-or-cpus",
}


def check_profile(profile: str | None) -> str | None:
    """Return the name of a profile, or AUTO."""
    if profile is not None and profile not in (*PROFILES, AUTO):
        choices = (AUTO, *PROFILES)
        hint = did_you_mean(profile, choices)
        raise reject("gpu_profile", f"{shown(profile)} is not one of {', '.join(choices)}.{hint}")
    return profile


def names_of(given: Any) -> Names:
    """Return the table of names of a settings file or a program; raises a pydantic error otherwise."""
    if isinstance(given, tuple):
        return given
    if not isinstance(given, Mapping):
        raise reject("gpu_names", 'must be a table: {my-type = "VALUE-OF-THE-LABEL"}.')
    return tuple((_type(name), _values(name, value)) for name, value in sorted(given.items()))


def as_table(names: Names) -> dict[str, list[str]]:
    """Return the names as files and records hold them."""
    return {name: list(values) for name, values in names}


def _type(name: object) -> str:
    if not isinstance(name, str) or not _is_value(name) or name != name.lower():
        raise reject("gpu_names", f"{shown(name)} is not the name of a type: small letters, digits, - . _")
    return name


def _values(name: str, given: object) -> tuple[str, ...]:
    listed = given if isinstance(given, list | tuple) else [given]
    wrong = [each for each in listed if not (isinstance(each, str) and _is_value(each))]
    if wrong or not listed:
        said = shown(wrong[0]) if wrong else "an empty list"
        raise reject("gpu_names", f"{name}: {said} is not the value of a node's label.")
    return tuple(listed)


def _is_value(text: str) -> bool:
    return len(text) <= LABEL_LENGTH and LABEL_VALUE.fullmatch(text) is not None
