"""The Deployment. What is in the pod template restarts pods when it changes; all else does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaling_group.manifests.leaves import Leaves, Manifest
from scaling_group.manifests.metadata import labels, metadata, selector
from scaling_group.spec.gpu import parse_gpu

#: The name of the one container; fixed, so that a rename of the group is not a rename of it.
CONTAINER = "main"
PORT_NAME = "http"

#: (request, limit) of a resource that the user left out.
DEFAULT_CPU = ("100m", "1")
DEFAULT_MEMORY = ("256Mi", "1Gi")

#: Resource name and taint of GPU nodes: https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/
GPU_RESOURCE = "nvidia.com/gpu"
#: GKE's node label for the type of a node's GPUs.
GPU_TYPE_LABEL = "cloud.google.com/gke-accelerator"

#: Gateways and DNS clients go on sending to a pod for some seconds after it is told to stop.
DRAIN_SECONDS = 10
#: Kubernetes' own default for what the process gets after that to end by itself.
STOP_SECONDS = 30
#: A group that listens is ready; asked often, so that a replica that comes up serves soon.
READINESS_PERIOD_SECONDS = 5

#: CPU groups never have fewer pods than asked for while they roll.
CPU_ROLLOUT = {"maxUnavailable": 0, "maxSurge": "25%"}
#: GPUs are rarely spare: an old pod has to give its GPU to the new one.
GPU_ROLLOUT = {"maxUnavailable": 1, "maxSurge": 0}


def deployment(group: Leaves, annotations: Mapping[str, Any] | None = None) -> Manifest:
    """Return the Deployment of a group; `annotations` go on it alone, not on its pods."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(group, annotations),
        "spec": {
            "replicas": group.replicas,
            "selector": {"matchLabels": selector(group)},
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": CPU_ROLLOUT if group.gpu is None else GPU_ROLLOUT,
            },
            "template": {"metadata": {"labels": labels(group)}, "spec": pod(group)},
        },
    }


def pod(group: Leaves) -> Manifest:
    """Return the pod spec: hardened, spread softly over nodes, placed on GPU nodes if need be."""
    return {
        "automountServiceAccountToken": False,
        # Variables such as VLLM_PORT=tcp://… of other Services in the namespace break servers
        # that read their settings from the environment.
        "enableServiceLinks": False,
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "terminationGracePeriodSeconds": DRAIN_SECONDS + STOP_SECONDS,
        "topologySpreadConstraints": [spread(group)],
        "containers": [container(group)],
        **(_gpu_placement(group) if group.gpu is not None else {}),
    }


def spread(group: Leaves) -> Manifest:
    """Prefer different nodes, judged per revision, and never keep a pod from running."""
    return {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": selector(group)},
        "matchLabelKeys": ["pod-template-hash"],
    }


def container(group: Leaves) -> Manifest:
    fields: Manifest = {
        "name": CONTAINER,
        "image": group.image,
        "ports": [{"name": PORT_NAME, "containerPort": group.port, "protocol": "TCP"}],
        "resources": resources(group),
        "readinessProbe": {
            "tcpSocket": {"port": group.port},
            "periodSeconds": READINESS_PERIOD_SECONDS,
        },
        "lifecycle": {"preStop": {"sleep": {"seconds": DRAIN_SECONDS}}},
        "securityContext": {"allowPrivilegeEscalation": False},
    }
    if not isinstance(group.entrypoint, tuple | list) or group.entrypoint:
        fields["command"] = group.lift(list, group.entrypoint)
    return fields


def resources(group: Leaves) -> Manifest:
    """Return requests and limits; a given amount is both, which guarantees it."""
    cpu = (group.cpu, group.cpu) if group.cpu is not None else DEFAULT_CPU
    memory = (group.memory, group.memory) if group.memory is not None else DEFAULT_MEMORY
    requests = {"cpu": cpu[0], "memory": memory[0]}
    limits = {"cpu": cpu[1], "memory": memory[1]}
    if group.gpu is not None:
        count = group.lift(lambda text: str(parse_gpu(text).count), group.gpu)
        requests[GPU_RESOURCE] = limits[GPU_RESOURCE] = count
    return {"requests": requests, "limits": limits}


def _gpu_placement(group: Leaves) -> Manifest:
    placement: Manifest = {"tolerations": [{"key": GPU_RESOURCE, "operator": "Exists"}]}
    chosen = group.lift(_node_selector, group.gpu)
    return placement | ({"nodeSelector": chosen} if chosen != {} else {})


def _node_selector(gpu: str) -> dict[str, str]:
    kind = parse_gpu(gpu).type
    return {GPU_TYPE_LABEL: kind} if kind else {}
