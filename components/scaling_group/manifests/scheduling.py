"""Which nodes the pods may run on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scaling_group.manifests.leaves import Leaves, Manifest
from scaling_group.spec.gpu import GPU_TYPE_LABEL, parse_gpu
from scaling_group.spec.scheduling import parse_toleration

#: Resource name of GPUs, and the taint of GPU nodes:
#: https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/
GPU_RESOURCE = "nvidia.com/gpu"


def pod_fields(group: Leaves) -> Manifest:
    """Return `tolerations` and `nodeSelector` where there are any."""
    fields: Manifest = {}
    if group.gpu is not None or group.tolerations:
        with_gpu = group.gpu is not None
        fields["tolerations"] = group.lift(lambda texts: _tolerations(texts, with_gpu), group.tolerations)
    selector = group.lift(_node_selector, group.gpu, group.node_selector)
    return fields | ({"nodeSelector": selector} if selector != {} else {})


def _tolerations(texts: Sequence[str], with_gpu: bool) -> list[Manifest]:
    gpu: list[Manifest] = [{"key": GPU_RESOURCE, "operator": "Exists"}] if with_gpu else []
    return gpu + [_toleration(text) for text in texts]


def _toleration(text: str) -> Manifest:
    parsed = parse_toleration(text)
    fields: Manifest = {"key": parsed.key, "operator": "Exists" if parsed.value is None else "Equal"}
    if parsed.value is not None:
        fields["value"] = parsed.value
    return fields | ({"effect": parsed.effect} if parsed.effect else {})


def _node_selector(gpu: str | None, labels: Mapping[str, Any]) -> dict[str, Any]:
    kind = parse_gpu(gpu).type if gpu is not None else None
    return dict(labels) | ({GPU_TYPE_LABEL: kind} if kind else {})
