"""The GPUs that nodes offer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scaling_group.operations.checks.check import Check, CheckFinding, ok, skipped, warning
from scaling_group.operations.checks.context import CheckContext
from scaling_group.operations.protocols import Object
from scaling_group.rollout.fields import text
from scaling_group.spec.gpu import GPU_RESOURCE
from scaling_group.spec.gpu_profiles import GPU_TYPE_LABEL
from scaling_group.spec.quantity import amount_of

#: Effects of taints that keep pods away.
HARD = ("NoSchedule", "NoExecute")


def _run(context: CheckContext) -> CheckFinding:
    nodes = context.listed("Node")
    if nodes is None:
        return skipped("this user may not list nodes")
    return gpu_finding(nodes)


def gpu_finding(nodes: Sequence[Object]) -> CheckFinding:
    """Return what groups can ask for with --gpu on these nodes."""
    with_gpus = [node for node in nodes if _count(node)]
    if not with_gpus:
        return ok("no node offers GPUs")
    types: Counter[str] = Counter()
    for node in with_gpus:
        types[_labels(node).get(GPU_TYPE_LABEL, "")] += _count(node)
    offer = ", ".join(f"{kind}:{count}" for kind, count in sorted(types.items()) if kind)
    unlabelled = [node["metadata"]["name"] for node in with_gpus if GPU_TYPE_LABEL not in _labels(node)]
    if unlabelled:
        return warning(
            f"nodes with GPUs of no type: {', '.join(unlabelled)}",
            detail=f"Types on offer: {offer}" if offer else "",
            resolution=f"--gpu=COUNT uses them; for --gpu=TYPE label them: {GPU_TYPE_LABEL}=TYPE",
        )
    keys = {str(taint["key"]) for node in with_gpus for taint in _hard_taints(node)} - {GPU_RESOURCE}
    if keys:
        return warning(
            f"nodes with GPUs have taints that groups do not tolerate: {', '.join(sorted(keys))}",
            detail=f"Types on offer: {offer}",
            resolution=f"Create groups with --toleration={min(keys)}",
        )
    return ok(offer)


def _count(node: Object) -> int:
    return int(amount_of(text(node, "status", "allocatable", GPU_RESOURCE)) or 0)


def _labels(node: Object) -> Object:
    return node["metadata"].get("labels") or {}


def _hard_taints(node: Object) -> list[Object]:
    return [taint for taint in node["spec"].get("taints") or () if taint["effect"] in HARD]


CHECKS = (
    Check(
        id="gpus",
        title="GPUs",
        about=f"GPU types on offer (label `{GPU_TYPE_LABEL}`) with their numbers. A warning where nodes with "
        "GPUs lack the label, or have taints that groups do not tolerate.",
        run=_run,
        needs=("settings", "cluster"),
    ),
)
