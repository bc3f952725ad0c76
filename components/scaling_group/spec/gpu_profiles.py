"""Profiles: by which label the nodes of a kind of cluster name their GPUs."""

from __future__ import annotations

from collections.abc import Mapping

from scaling_group.errors import did_you_mean
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
#: Where the values of the labels are documented.
SOURCES: Mapping[str, str] = {
    "gke": "https://cloud.google.com/kubernetes-engine/docs/how-to/gpus",
    "karpenter": "https://karpenter.sh/docs/reference/instance-types/",
    "eks-auto": "https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html",
    "aks": "https://learn.microsoft.com/azure/virtual-machines/sizes/overview#gpu-accelerated",
    "gfd": "https://github.com/NVIDIA/k8s-device-plugin/tree/main/docs/gpu-feature-discovery",
    "coreweave": "https://docs.coreweave.com/products/cks/nodes/manage#target-specific-gpus-or-cpus",
}


def check_profile(profile: str | None) -> str | None:
    """Return the name of a profile."""
    if profile is not None and profile not in PROFILES:
        hint = did_you_mean(profile, PROFILES)
        raise reject("gpu_profile", f"{shown(profile)} is not one of {', '.join(PROFILES)}.{hint}")
    return profile
