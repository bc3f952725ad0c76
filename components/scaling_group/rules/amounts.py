"""Resources of containers: what they ask for and what they may use."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from scaling_group.rules.subject import Subject, at, listed, mapped

#: How vendors end the name of their GPU resource: nvidia.com/gpu, amd.com/gpu.
GPU_ENDING = "/gpu"


def stated(container: Mapping[str, Any], part: str, resource: str) -> str:
    """Return the amount in `requests` or `limits` as it is written, empty where there is none."""
    amount = at(container, "resources", part, resource)
    return "" if amount is None else str(amount)


def gpus_of(container: Mapping[str, Any], *, of_group: bool = False) -> int:
    """Return how many GPUs a container gets; raises ValueError for an amount that is no plain number.

    of_group: a group asks for extended resources by --gpu alone, slices of a GPU among them.
    """
    limits = mapped(at(container, "resources", "limits"))
    asked = [name for name in limits if name.endswith(GPU_ENDING) or (of_group and "/" in name)]
    # How many devices a claim is of, its template says.
    return sum(_count(limits[name]) for name in asked) + len(listed(at(container, "resources", "claims")))


def gpus_per_pod(subject: Subject) -> int:
    """Return how many GPUs a pod needs at once: containers that run before the others give theirs back."""
    count = partial(gpus_of, of_group=subject.of_group)
    first = [count(mapped(each)) for each in listed(at(subject.pod, "initContainers"))]
    others = sum(count(mapped(each)) for each in listed(at(subject.pod, "containers")))
    return max([*first, others])


def _count(amount: Any) -> int:
    try:
        return int(Decimal(str(amount)))
    except (InvalidOperation, OverflowError):
        raise ValueError(f"{amount!r} is no plain number of GPUs.") from None
