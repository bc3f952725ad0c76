"""What the nodes offer, where they were read."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from scaling_group.rollout.fields import Object, field, labels_of, part, parts
from scaling_group.spec.gpu import GPU_TYPE_LABEL
from scaling_group.spec.quantity import amount_of

GPU = "nvidia.com/gpu"


def requested(pod: Object, resource: str) -> str:
    """Return how much of a resource the pod's first container to ask for it asks for, empty for none."""
    for container in parts(pod, "spec", "containers"):
        for kind in ("requests", "limits"):
            if amount := part(container, "resources", kind).get(resource):
                return str(amount)
    return ""


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


def gpu_types(nodes: Iterable[Object]) -> list[str]:
    """Return the types of GPUs that the nodes are labelled with."""
    return sorted(
        {str(labels_of(node)[GPU_TYPE_LABEL]) for node in nodes if GPU_TYPE_LABEL in labels_of(node)}
    )


def taints(nodes: Iterable[Object]) -> list[str]:
    """Return the taints that keep pods off nodes, in the form of --toleration."""
    found = {
        f"{taint.get('key')}"
        + (f"={taint['value']}" if taint.get("value") else "")
        + f":{taint.get('effect')}"
        for node in nodes
        for taint in parts(node, "spec", "taints")
        if taint.get("effect") in ("NoSchedule", "NoExecute")
    }
    return sorted(found)
