"""Types of GPU, and what the nodes of a cluster call them: one name for every cluster.

Pages that the names are from: docs/gpus.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scaling_group.errors import Fault, InvalidInput, did_you_mean
from scaling_group.spec.gpu import GPU_RESOURCE, Gpu
from scaling_group.spec.gpu_profiles import AUTO, GPU_TYPE_LABEL, NO_AUTO, NONE, TYPE_LABELS, Names
from scaling_group.spec.rejection import shown

AMD_RESOURCE = "amd.com/gpu"
#: Labels of nodes and the values that are right, of which a node has one.
Labels = Mapping[str, tuple[str, ...]]
#: What GPU feature discovery adds to the product where a card is shared by time-slicing.
SHARED = "-SHARED"
AMD_LABEL = "amd.com/gpu.product-name"
#: How the values of that label begin.
OF_AMD = "AMD_"
#: Profiles in which no type has a name, and what is said of them.
NO_LABEL = {
    NONE: "the profile none tells no types apart. Ask for a count, and choose nodes by their labels.",
    AUTO: NO_AUTO,
}


@dataclass(frozen=True)
class GpuType:
    """A type of GPU.

    gib: its memory. also: what people call it besides. names: the values of the profiles' labels, aws that
    of Karpenter and EKS Auto Mode. aws_mib: the memory that tells it from another type of that name there.
    """

    name: str
    gib: int
    also: tuple[str, ...] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aws: str = ""
    aws_mib: int = 0
    resource: str = GPU_RESOURCE

    def labels(self, profile: str) -> Labels:
        """Return what a node of it has in a profile, empty where it has no name there."""
        label = TYPE_LABELS[profile]
        if profile in ("karpenter", "eks-auto"):
            memory = {label.replace("-name", "-memory"): (str(self.aws_mib),)} if self.aws_mib else {}
            return {label: (self.aws,), **memory} if self.aws else {}
        values = self.names.get(profile, ())
        if profile == "gfd" and self.resource == AMD_RESOURCE:
            return {AMD_LABEL: values}
        if profile == "gfd":
            values = tuple(each + end for each in values for end in ("", SHARED))
        return {label: values} if values else {}


def _sizes(*names: str) -> tuple[str, ...]:
    return tuple(f"Standard_{name}" for name in names)


TYPES = (
    GpuType(
        "t4",
        16,
        ("nvidia-tesla-t4", "tesla-t4"),
        {
            "gke": ("nvidia-tesla-t4",),
            "gfd": ("Tesla-T4",),
            "aks": _sizes("NC4as_T4_v3", "NC8as_T4_v3", "NC16as_T4_v3", "NC64as_T4_v3"),
        },
        aws="t4",
    ),
    GpuType(
        "v100",
        16,
        ("nvidia-tesla-v100", "tesla-v100"),
        {
            "gke": ("nvidia-tesla-v100",),
            "gfd": (
                "Tesla-V100-SXM2-16GB",
                "Tesla-V100-PCIE-16GB",
                "Tesla-V100-SXM2-32GB",
                "Tesla-V100-PCIE-32GB",
            ),
            "aks": _sizes("NC6s_v3", "NC12s_v3", "NC24s_v3", "NC24rs_v3", "ND40rs_v2"),
        },
        aws="v100",
    ),
    GpuType(
        "a10",
        24,
        ("nvidia-a10",),
        {
            "gfd": ("NVIDIA-A10",),
            # Sizes with a part of a card (NV6ads to NV18ads) are left out.
            "aks": _sizes(
                "NC8ads_A10_v4",
                "NC16ads_A10_v4",
                "NC32ads_A10_v4",
                "NV36ads_A10_v5",
                "NV36adms_A10_v5",
                "NV72ads_A10_v5",
            ),
        },
    ),
    GpuType("a10g", 24, ("nvidia-a10g",), {"gfd": ("NVIDIA-A10G",)}, aws="a10g"),
    GpuType("l4", 24, ("nvidia-l4",), {"gke": ("nvidia-l4",), "gfd": ("NVIDIA-L4",)}, aws="l4"),
    GpuType("l40s", 48, ("nvidia-l40s",), {"gfd": ("NVIDIA-L40S",), "coreweave": ("L40S",)}, aws="l40s"),
    GpuType(
        "a100-40gb",
        40,
        ("a100", "nvidia-tesla-a100", "nvidia-a100-40gb"),
        {
            "gke": ("nvidia-tesla-a100",),
            "gfd": ("NVIDIA-A100-SXM4-40GB", "NVIDIA-A100-PCIE-40GB"),
            "coreweave": ("A100_PCIE_40GB",),
            "aks": _sizes("ND96asr_v4"),
        },
        aws="a100",
        aws_mib=40960,
    ),
    GpuType(
        "a100-80gb",
        80,
        ("nvidia-a100-80gb",),
        {
            "gke": ("nvidia-a100-80gb",),
            "gfd": ("NVIDIA-A100-SXM4-80GB", "NVIDIA-A100-80GB-PCIe"),
            "coreweave": ("A100_NVLINK_80GB", "A100_PCIE_80GB"),
            "aks": _sizes(
                "NC24ads_A100_v4", "NC48ads_A100_v4", "NC96ads_A100_v4", "ND96amsr_A100_v4", "ND96ams_A100_v4"
            ),
        },
        aws="a100",
        aws_mib=81920,
    ),
    GpuType(
        "h100",
        80,
        ("nvidia-h100-80gb", "nvidia-h100", "h100-80gb"),
        {
            "gke": ("nvidia-h100-80gb", "nvidia-h100-mega-80gb"),
            "gfd": ("NVIDIA-H100-80GB-HBM3", "NVIDIA-H100-PCIe", "NVIDIA-H100-NVL"),
            "coreweave": ("H100", "H100_NVLINK_80GB"),
            "aks": _sizes("ND96isr_H100_v5", "NC40ads_H100_v5", "NC80adis_H100_v5"),
        },
        aws="h100",
    ),
    GpuType(
        "h200",
        141,
        ("nvidia-h200-141gb", "nvidia-h200"),
        {
            "gke": ("nvidia-h200-141gb",),
            "gfd": ("NVIDIA-H200", "NVIDIA-H200-NVL"),
            "coreweave": ("H200",),
            "aks": _sizes("ND96isr_H200_v5"),
        },
        aws="h200",
    ),
    GpuType(
        "b200",
        180,
        ("nvidia-b200",),
        {"gke": ("nvidia-b200",), "gfd": ("NVIDIA-B200",), "coreweave": ("B200",)},
        aws="b200",
    ),
    GpuType(
        "gb200",
        186,
        ("nvidia-gb200",),
        {"gke": ("nvidia-gb200",), "gfd": ("NVIDIA-GB200",), "coreweave": ("GB200",)},
    ),
    GpuType(
        "mi300x",
        192,
        ("amd-mi300x",),
        {"gfd": ("AMD_Instinct_MI300X_OAM",), "aks": _sizes("ND96isr_MI300X_v5")},
        resource=AMD_RESOURCE,
    ),
)


@dataclass(frozen=True)
class Asked:
    """What a pod asks for: a resource, and labels of its node."""

    resource: str
    labels: Labels


def asked(gpu: Gpu, profile: str | None, names: Names = ()) -> Asked:
    """Return what a group asks for in a profile; without one the type is the value of GKE's label.

    names: types that somebody has named besides. Raises InvalidInput for a type that has no name there.
    """
    product = gpu.product
    if product is None:
        return Asked(gpu.resource, {})
    if own := dict(names).get(product):
        return _of_own(gpu, own, profile)
    if profile is None:
        return Asked(gpu.resource, {GPU_TYPE_LABEL: (product,)})
    if profile in NO_LABEL:
        raise _refused(gpu, NO_LABEL[profile])
    known = known_type(product, profile)
    labels = known.labels(profile) if known else {}
    if known and labels:
        # Who writes a label's own value means that one alone.
        exact = {key: (product,) for key, values in labels.items() if product in values}
        return Asked(known.resource, {**labels, **exact})
    offered = [each.name for each in TYPES if each.labels(profile)] + [name for name, _ in names]
    raise _refused(
        gpu,
        f"the type {shown(product)} has no name in the profile {profile}.{did_you_mean(product, offered)} "
        f"It knows {', '.join(offered)}. Name another in the settings ([gpu.names]), or ask for a count and "
        "choose nodes with --node-selector.",
    )


def _of_own(gpu: Gpu, values: tuple[str, ...], profile: str | None) -> Asked:
    if profile in NO_LABEL:
        raise _refused(gpu, NO_LABEL[profile])
    amd = profile == "gfd" and all(value.startswith(OF_AMD) for value in values)
    label = AMD_LABEL if amd else TYPE_LABELS[profile or "gke"]
    return Asked(AMD_RESOURCE if amd else GPU_RESOURCE, {label: values})


def known_type(name: str, profile: str = "") -> GpuType | None:
    """Return the type that people call so, or that the profile's label does."""
    plain = name.lower()
    return next(
        (each for each in TYPES if plain in (each.name, *each.also) or name in each.names.get(profile, ())),
        None,
    )


def _refused(gpu: Gpu, said: str) -> InvalidInput:
    return InvalidInput("the group is not valid:", [Fault("gpu", f"{gpu}: {said}")])
