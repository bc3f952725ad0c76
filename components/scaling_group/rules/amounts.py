"""Resources of containers: what they ask for and what they may use."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from scaling_group.rules.subject import Subject, at, listed, mapped

#: How vendors end the name of their GPU resource: nvidia.com/gpu, amd.com/gpu.
GPU_ENDING = "/gpu"


def stated(container: Mapping[str, Any], part: str, resource: str) -> str:
    """Return the amount in `requests` or `limits` as it is written, empty where there is none."""
    amount = at(container, "resources", part, resource)
    return "" if amount is None else str(amount)


def gpus_of(container: Mapping[str, Any]) -> int:
    """Return how many GPUs a container gets; raises ValueError for an amount that is no plain number."""
    limits = mapped(at(container, "resources", "limits"))
    return sum(_count(limits[name]) for name in limits if name.endswith(GPU_ENDING))


def gpus_per_pod(subject: Subject) -> int:
    """Return how many GPUs a pod needs at once: containers that run before the others give theirs back."""
    first = [gpus_of(mapped(each)) for each in listed(at(subject.pod, "initContainers"))]
    others = sum(gpus_of(mapped(each)) for each in listed(at(subject.pod, "containers")))
    return max([*first, others])


def _count(amount: Any) -> int:
    try:
        return int(Decimal(str(amount)))
    except (InvalidOperation, OverflowError):
        raise ValueError(f"{amount!r} is no plain number of GPUs.") from None
