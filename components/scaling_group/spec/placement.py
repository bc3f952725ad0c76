"""Nodes by what they cost and by their processor: labels that they have, and taints that keep others away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from scaling_group.errors import Fault, InvalidInput
from scaling_group.spec.gpu_profiles import AUTO, NO_AUTO

ARCHITECTURE_LABEL = "kubernetes.io/arch"
ARM = "arm64"


class Nodes(NamedTuple):
    """Nodes of a kind. tainted: whether they have the label as a taint too, with the effect NoSchedule."""

    label: str
    value: str
    tainted: bool


#: Nodes that can be taken away at any time, by profile.
#: https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms
#: https://karpenter.sh/docs/concepts/scheduling/
#: https://docs.aws.amazon.com/eks/latest/userguide/automode-workload.html
#: https://learn.microsoft.com/azure/aks/spot-node-pool
SPOT: Mapping[str, Nodes] = {
    "gke": Nodes("cloud.google.com/gke-spot", "true", tainted=True),
    "karpenter": Nodes("karpenter.sh/capacity-type", "spot", tainted=False),
    "eks-auto": Nodes("karpenter.sh/capacity-type", "spot", tainted=False),
    "aks": Nodes("kubernetes.azure.com/scalesetpriority", "spot", tainted=True),
}


def placed(profile: str | None, architecture: str | None, *, spot: bool) -> list[Nodes]:
    """Return what nodes have to be; raises InvalidInput for spot nodes that a profile knows no label of.

    profile: None means GKE's labels. Nodes of ARM have a taint on GKE:
    https://cloud.google.com/kubernetes-engine/docs/how-to/prepare-arm-workloads-for-deployment
    """
    found = [_spot(profile or "gke")] if spot else []
    if architecture:
        found.append(Nodes(ARCHITECTURE_LABEL, architecture, tainted=architecture == ARM))
    return found


def _spot(profile: str) -> Nodes:
    if profile in SPOT:
        return SPOT[profile]
    said = (
        NO_AUTO
        if profile == AUTO
        else f"the profile {profile} has no label of spot nodes. Choose them with --node-selector and "
        "--toleration."
    )
    raise InvalidInput("the group is not valid:", [Fault("spot", said)])
