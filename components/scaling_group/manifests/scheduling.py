"""Which nodes the pods may run on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scaling_group.manifests.inputs import GroupInputs, Manifest
from scaling_group.spec.gpu import GPU_RESOURCE, GPU_TYPE_LABEL, Gpu
from scaling_group.spec.scheduling import Toleration

#: Taints of the nodes of a vendor that has several resources. Else the taint has the resource's own name, as
#: the API server's ExtendedResourceToleration takes for granted:
#: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#extendedresourcetoleration
VENDOR_TAINTS = {"nvidia.com": GPU_RESOURCE, "aws.amazon.com": "aws.amazon.com/neuron"}


def pod_fields(group: GroupInputs) -> Manifest:
    """Return `tolerations` and `nodeSelector` where there are any."""
    fields: Manifest = {}
    if group.spec.gpu is not None or group.spec.tolerations:
        fields["tolerations"] = group.apply(_tolerations, group.spec.tolerations, group.spec.gpu)
    selector = group.apply(_node_selector, group.spec.gpu, group.spec.node_selector)
    return fields | ({"nodeSelector": selector} if selector != {} else {})


def _tolerations(tolerations: Sequence[Toleration], gpu: Gpu | None) -> list[Manifest]:
    taints = gpu_taints(gpu) if gpu else ()
    return [{"key": key, "operator": "Exists"} for key in taints] + [
        _toleration(each) for each in tolerations
    ]


def gpu_taints(gpu: Gpu) -> tuple[str, ...]:
    """Return the keys of the taints that nodes with such GPUs usually have."""
    vendor = VENDOR_TAINTS.get(gpu.resource.partition("/")[0], gpu.resource)
    return tuple(dict.fromkeys((vendor, gpu.resource)))


def _toleration(of: Toleration) -> Manifest:
    fields: Manifest = {"key": of.key, "operator": "Exists" if of.value is None else "Equal"}
    if of.value is not None:
        fields["value"] = of.value
    return fields | ({"effect": of.effect} if of.effect else {})


def _node_selector(gpu: Gpu | None, labels: Mapping[str, Any]) -> dict[str, Any]:
    return dict(labels) | ({GPU_TYPE_LABEL: gpu.product} if gpu and gpu.product else {})
