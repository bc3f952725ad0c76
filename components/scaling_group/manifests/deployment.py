"""The Deployment. What is in the pod template restarts pods when it changes; all else does not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from scaling_group.manifests import scheduling, variables, volumes
from scaling_group.manifests.defaults import DEFAULT_CPU, DEFAULT_MEMORY
from scaling_group.manifests.inputs import GroupInputs, Manifest
from scaling_group.manifests.metadata import labels, metadata, selector
from scaling_group.manifests.probes import probe
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.gpu import Gpu
from scaling_group.spec.workload import STOP_SECONDS

#: The oldest (major, minor) of Kubernetes that keeps every field of the pod: the sleep before a stop
#: is on by default since 1.30, spreading per revision since 1.27, gRPC probes since 1.24.
OLDEST_KUBERNETES = (1, 30)

#: The name of the one container; fixed, so that a rename of the group is not a rename of it.
CONTAINER = "main"
PORT_NAME = "http"

#: CPU groups never have fewer pods than asked for while they roll.
CPU_ROLLOUT = {"maxUnavailable": 0, "maxSurge": "25%"}
#: GPUs are rarely spare: an old pod has to give its GPU to the new one.
GPU_ROLLOUT = {"maxUnavailable": 1, "maxSurge": 0}


def deployment(group: GroupInputs, annotations: Mapping[str, Any] | None = None) -> Manifest:
    """Return the Deployment of a group; `annotations` go on it alone, not on its pods."""
    # Who scales owns the number of Pods: an applier that says one as well would fight over it.
    replicas = {"replicas": group.spec.replicas} if group.spec.autoscale is None else {}
    spec: Manifest = {
        **replicas,
        "selector": {"matchLabels": selector(group)},
        "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": _rollout(group),
        },
        "template": {"metadata": _pod_metadata(group), "spec": pod(group)},
    }
    if group.spec.progress_deadline is not None:
        spec["progressDeadlineSeconds"] = group.spec.progress_deadline
    if group.spec.min_ready is not None:
        spec["minReadySeconds"] = group.spec.min_ready
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(group, annotations),
        "spec": spec,
    }


def _rollout(group: GroupInputs) -> Manifest:
    if group.spec.surge is not None:
        return {"maxUnavailable": 0, "maxSurge": group.spec.surge}
    return CPU_ROLLOUT if group.spec.gpu is None else GPU_ROLLOUT


def _pod_metadata(group: GroupInputs) -> Manifest:
    given = {"annotations": group.spec.annotations} if group.spec.annotations else {}
    return {"labels": labels(group), **given}


def pod(group: GroupInputs) -> Manifest:
    """Return the pod spec: hardened, spread softly over nodes, placed on GPU nodes if need be."""
    return {
        **_identity(group),
        # Variables such as VLLM_PORT=tcp://… of other Services in the namespace break servers
        # that read their settings from the environment.
        "enableServiceLinks": False,
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "terminationGracePeriodSeconds": group.apply(
            _grace, group.spec.termination_grace, group.spec.shutdown_delay
        ),
        "topologySpreadConstraints": [spread(group)],
        "containers": [container(group)],
        **volumes.pod_fields(group),
        **scheduling.pod_fields(group),
    }


def _identity(group: GroupInputs) -> Manifest:
    """A token of the API server is mounted only for a service account that somebody asked for."""
    fields: Manifest = {"automountServiceAccountToken": group.spec.service_account is not None}
    if group.spec.service_account is not None:
        fields["serviceAccountName"] = group.spec.service_account
    if group.spec.priority_class is not None:
        fields["priorityClassName"] = group.spec.priority_class
    if group.spec.image_pull_secrets:
        fields["imagePullSecrets"] = group.apply(
            lambda names: [{"name": name} for name in names], group.spec.image_pull_secrets
        )
    return fields


def _grace(grace: int | None, delay: int) -> int:
    return grace if grace is not None else delay + STOP_SECONDS


def spread(group: GroupInputs) -> Manifest:
    """Prefer different nodes, judged per revision, and never keep a pod from running."""
    return {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": selector(group)},
        "matchLabelKeys": ["pod-template-hash"],
    }


def container(group: GroupInputs) -> Manifest:
    """Return the one container."""
    fields: Manifest = {
        "name": CONTAINER,
        "image": group.spec.image,
        "ports": [{"name": PORT_NAME, "containerPort": group.spec.port, "protocol": "TCP"}],
        "resources": resources(group),
        "securityContext": {"allowPrivilegeEscalation": False},
        **_probes(group),
        **variables.container_fields(group),
        **volumes.container_fields(group),
    }
    if (pause := group.apply(_pause, group.spec.shutdown_delay)) is not None:
        fields["lifecycle"] = pause
    if not isinstance(group.spec.entrypoint, tuple | list) or group.spec.entrypoint:
        fields["command"] = group.apply(list, group.spec.entrypoint)
    return fields


def _pause(seconds: int) -> Manifest | None:
    # A pause of no seconds is refused by Kubernetes before 1.33.
    return {"preStop": {"sleep": {"seconds": seconds}}} if seconds else None


def _probes(group: GroupInputs) -> Manifest:
    probes = {
        "readinessProbe": group.spec.readiness,
        "livenessProbe": group.spec.liveness,
        "startupProbe": group.spec.startup,
    }
    built = {name: group.apply(lambda of: probe(of, group.spec.port), each) for name, each in probes.items()}
    return {name: manifest for name, manifest in built.items() if manifest is not None}


def resources(group: GroupInputs) -> Manifest:
    """Return requests and limits; a given amount is both, which guarantees it."""
    cpu = (group.spec.cpu, group.spec.cpu) if group.spec.cpu is not None else DEFAULT_CPU
    memory = (group.spec.memory, group.spec.memory) if group.spec.memory is not None else DEFAULT_MEMORY
    requests = {"cpu": cpu[0], "memory": memory[0]}
    limits = {"cpu": cpu[1], "memory": memory[1]}
    gpu = group.spec.gpu
    if isinstance(gpu, Gpu):
        return _with_gpus(gpu, requests, limits, group.environment)
    if gpu is None:
        return {"requests": requests, "limits": limits}
    # Of an Output nobody knows the name of the resource yet, which is a key.
    return cast(
        Manifest, group.apply(partial(_with_gpus, environment=group.environment), gpu, requests, limits)
    )


def _with_gpus(gpu: Gpu, requests: Manifest, limits: Manifest, environment: EnvironmentSpec) -> Manifest:
    if gpu.claim_template:
        return {"requests": requests, "limits": limits, "claims": [{"name": scheduling.CLAIM}]}
    count = {scheduling.asked_in(environment, gpu).resource: str(gpu.count)}
    return {"requests": {**requests, **count}, "limits": {**limits, **count}}
