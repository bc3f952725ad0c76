"""Which nodes the pods may run on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scaling_group.manifests.inputs import GroupInputs, Manifest
from scaling_group.spec.gpu import GPU_TYPE_LABEL, Gpu
from scaling_group.spec.scheduling import Toleration

#: Resource name of GPUs, and the taint of GPU nodes:
#: https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/
GPU_RESOURCE = "nvidia.com/gpu"


def pod_fields(group: GroupInputs) -> Manifest:
    """Return `tolerations` and `nodeSelector` where there are any."""
    fields: Manifest = {}
    if group.spec.gpu is not None or group.spec.tolerations:
        with_gpu = group.spec.gpu is not None
        fields["tolerations"] = group.apply(lambda each: _tolerations(each, with_gpu), group.spec.tolerations)
    selector = group.apply(_node_selector, group.spec.gpu, group.spec.node_selector)
    return fields | ({"nodeSelector": selector} if selector != {} else {})


def _tolerations(tolerations: Sequence[Toleration], with_gpu: bool) -> list[Manifest]:
    gpu: list[Manifest] = [{"key": GPU_RESOURCE, "operator": "Exists"}] if with_gpu else []
    return gpu + [_toleration(each) for each in tolerations]


def _toleration(of: Toleration) -> Manifest:
    fields: Manifest = {"key": of.key, "operator": "Exists" if of.value is None else "Equal"}
    if of.value is not None:
        fields["value"] = of.value
    return fields | ({"effect": of.effect} if of.effect else {})


def _node_selector(gpu: Gpu | None, labels: Mapping[str, Any]) -> dict[str, Any]:
    return dict(labels) | ({GPU_TYPE_LABEL: gpu.type} if gpu and gpu.type else {})
