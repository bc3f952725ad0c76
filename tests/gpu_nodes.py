"""Nodes with GPUs as each kind of cluster labels them, and devices of a DRA driver.

Labels and taints as the pages beside TYPE_LABELS, and https://karpenter.sh/docs/reference/instance-types/,
show them.
"""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]
NVIDIA, AMD = "nvidia.com/gpu", "amd.com/gpu"
#: One node of each family, by its profile: the type that it has, and the labels that tell so.
FAMILIES: dict[str, tuple[str, dict[str, str]]] = {
    "gke": ("l4", {"cloud.google.com/gke-nodepool": "gpus", "cloud.google.com/gke-accelerator": "nvidia-l4"}),
    "karpenter": (
        "a100-80gb",
        {
            "karpenter.k8s.aws/instance-family": "p4de",
            "karpenter.k8s.aws/instance-gpu-name": "a100",
            "karpenter.k8s.aws/instance-gpu-memory": "81920",
        },
    ),
    "eks-auto": (
        "a10g",
        {"eks.amazonaws.com/compute-type": "auto", "eks.amazonaws.com/instance-gpu-name": "a10g"},
    ),
    "aks": (
        "t4",
        {
            "kubernetes.azure.com/cluster": "MC_models",
            "node.kubernetes.io/instance-type": "Standard_NC4as_T4_v3",
        },
    ),
    "coreweave": ("h100", {"node.coreweave.cloud/class": "gpu", "gpu.nvidia.com/class": "H100"}),
    "gfd": ("l40s", {"nvidia.com/gpu.product": "NVIDIA-L40S"}),
}


def gpu_node(name: str, labels: dict[str, str], *taints: str, **resources: int) -> Object:
    """Return a node. resources: extended ones by name, `gpu` for that of NVIDIA."""
    held = {NVIDIA if key == "gpu" else key: str(count) for key, count in resources.items() if count}
    return {
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"taints": [{"key": key, "effect": "NoSchedule"} for key in taints]},
        "status": {"allocatable": held},
    }


def family_node(profile: str, count: int = 8) -> Object:
    """Return a node as a kind of cluster labels it."""
    return gpu_node(f"{profile}-1", FAMILIES[profile][1], NVIDIA, gpu=count)


def gpu_pod(name: str, node: str, count: int, labels: dict[str, str] | None = None, **more: Any) -> Object:
    """Return a pod on a node that requests GPUs."""
    limits = {more.pop("resource", NVIDIA): str(count)}
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "models", "labels": labels or {}},
        "spec": {"nodeName": node, "containers": [{"resources": {"limits": limits}}]},
        "status": {"phase": "Running", **more},
    }


def device_class(resource: str | None = NVIDIA, name: str = "gpu.nvidia.com") -> Object:
    """Return the class that NVIDIA's DRA driver brings."""
    kind = "device.attributes['gpu.nvidia.com'].type == 'gpu'"
    cel = f"device.driver == 'gpu.nvidia.com' && {kind}"
    spec: Object = {"selectors": [{"cel": {"expression": cel}}]}
    return {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "DeviceClass",
        "metadata": {"name": name},
        "spec": spec | ({"extendedResourceName": resource} if resource else {}),
    }


def resource_slice(node: str, count: int, product: str = "NVIDIA L4") -> Object:
    """Return the devices of a node: GPUs, and a slice of one that is no GPU of the class."""
    memory = {"memory": {"value": "24Gi"}}
    devices = [
        {
            "name": f"gpu-{number}",
            "attributes": {"type": {"string": "gpu"}, "productName": {"string": product}},
            "capacity": memory,
        }
        for number in range(count)
    ]
    mig = {"name": "gpu-9-mig-0", "attributes": {"type": {"string": "mig"}}}
    pool = {"name": node, "generation": 1, "resourceSliceCount": 1}
    return {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceSlice",
        "metadata": {"name": f"{node}-gpu.nvidia.com"},
        "spec": {"driver": "gpu.nvidia.com", "nodeName": node, "pool": pool, "devices": [*devices, mig]},
    }


def claim(pod: str, *devices: str, node: str) -> Object:
    """Return a claim that a pod has, of devices of a node."""
    results = [
        {"request": "gpu", "driver": "gpu.nvidia.com", "pool": node, "device": device} for device in devices
    ]
    return {
        "kind": "ResourceClaim",
        "metadata": {"name": f"{pod}-x", "namespace": "models"},
        "spec": {},
        "status": {
            "allocation": {"devices": {"results": results}},
            "reservedFor": [{"resource": "pods", "name": pod, "uid": "u"}],
        },
    }
