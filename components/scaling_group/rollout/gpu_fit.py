"""Whether the nodes that are there fit what a group asks for; an autoscaler may add others."""

from __future__ import annotations

from collections.abc import Sequence

from scaling_group.errors import did_you_mean
from scaling_group.rollout.fields import Object, labels_of
from scaling_group.rollout.gpu_devices import resource_of
from scaling_group.rollout.gpu_nodes import Naming, gpus_of, profile_of
from scaling_group.spec.gpu import Gpu
from scaling_group.spec.gpu_profiles import GPU_TYPE_LABEL
from scaling_group.spec.gpu_types import TYPES, Asked, known_type


def unfit(gpu: Gpu, asked: Asked, naming: Naming, nodes: Sequence[Object], classes: Sequence[Object]) -> str:
    """Return what no node has that a group asks for, empty where one has it or no node has GPUs yet.

    classes: the DeviceClasses, which offer resources that no node lists.
    """
    offers = [(node, dict(gpus_of(node))) for node in nodes]
    with_gpus = [(node, held) for node, held in offers if held]
    if not with_gpus or gpu.claim_template or any(resource_of(each) == asked.resource for each in classes):
        return ""
    fitting = [held for node, held in with_gpus if _has(node, asked)]
    if not fitting:
        return _other_names(gpu, asked, naming, [node for node, _ in with_gpus])
    most = max(held.get(asked.resource, 0) for held in fitting)
    if not most:
        there = ", ".join(sorted({name for held in fitting for name in held}))
        return f"no node offers {asked.resource}; there are {there}"
    of_type = f" of type {gpu.product}" if gpu.product else ""
    return (
        f"no node has {gpu.count} {asked.resource}{of_type}; the most that one has is {most}"
        if most < gpu.count
        else ""
    )


def _has(node: Object, asked: Asked) -> bool:
    return all(labels_of(node).get(label) in values for label, values in asked.labels.items())


def _other_names(gpu: Gpu, asked: Asked, naming: Naming, nodes: Sequence[Object]) -> str:
    """Return that the nodes name their types by another label, or this type in another way."""
    label = next(iter(asked.labels))
    if any(label in labels_of(node) for node in nodes):
        return _hint(gpu, nodes) if naming.profile is None else ""
    told = profile_of(nodes)
    if told is None:
        return f"no node with GPUs has the label {label}; ask for a count, or label the nodes"
    return (
        f"no node with GPUs has the label {label}: {told.said}; set gpu.profile to {told.profile}, or to auto"
    )


def _hint(gpu: Gpu, nodes: Sequence[Object]) -> str:
    """Return how GKE calls a type that somebody has called by another name."""
    product = gpu.product or ""
    known = known_type(product)
    there = sorted(
        {str(labels_of(node)[GPU_TYPE_LABEL]) for node in nodes if GPU_TYPE_LABEL in labels_of(node)}
    )
    values = {value for each in TYPES for value in each.names.get("gke", ())} | {*there}
    named = next(iter(known.names.get("gke", ())), "") if known else ""
    hint = (
        f" Did you mean {named!r}?" if named and named != product else did_you_mean(product, sorted(values))
    )
    return f"no node has GPUs of type {product}; there are {', '.join(there)}.{hint}"
