"""What scales a group: a HorizontalPodAutoscaler, or a ScaledObject of KEDA. Never both.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
https://keda.sh/docs/latest/reference/scaledobject-spec/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scaling_group.manifests.deployment import CONTAINER
from scaling_group.manifests.inputs import GroupInputs, Manifest
from scaling_group.manifests.metadata import metadata
from scaling_group.spec.autoscale import (
    DEFAULT_CPU_PERCENT,
    Autoscale,
    Prometheus,
    ScalingRate,
    external_metric,
)
from scaling_group.spec.quantity import amount_of
from scaling_group.spec.scalers import HPA, SCALED_OBJECT
from scaling_group.spec.schedule import ScheduledReplicas

#: A pod with GPUs takes minutes to load its model: it stays longer after a peak than the 300 s of Kubernetes.
GPU_SCALE_DOWN_SECONDS = 600


def autoscaler(group: GroupInputs, autoscale: Autoscale) -> Manifest:
    """Return the object that scales a group."""
    build = _scaled_object if autoscale.by_keda else _hpa
    return build(group, autoscale)


def _hpa(group: GroupInputs, autoscale: Autoscale) -> Manifest:
    named = (autoscale.cpu, autoscale.memory, autoscale.pods, autoscale.external)
    spec: Manifest = {
        "scaleTargetRef": _target(group),
        "minReplicas": autoscale.min,
        "maxReplicas": autoscale.max,
        "metrics": group.apply(_metrics, *named),
    }
    if (behavior := _behavior(group, autoscale)) is not None:
        spec["behavior"] = behavior
    return {"apiVersion": "autoscaling/v2", "kind": HPA, "metadata": metadata(group), "spec": spec}


def _scaled_object(group: GroupInputs, autoscale: Autoscale) -> Manifest:
    named = (autoscale.cpu, autoscale.memory, autoscale.prometheus, autoscale.schedule)
    spec: Manifest = {
        "scaleTargetRef": _target(group),
        "minReplicaCount": autoscale.min,
        "maxReplicaCount": autoscale.max,
        "triggers": group.apply(_triggers, *named),
    }
    if (behavior := _behavior(group, autoscale)) is not None:
        spec["advanced"] = {"horizontalPodAutoscalerConfig": {"behavior": behavior}}
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": SCALED_OBJECT,
        "metadata": metadata(group),
        "spec": spec,
    }


def _target(group: GroupInputs) -> Manifest:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "name": group.spec.name}


def _metrics(
    cpu: int | None, memory: int | None, pods: Mapping[str, str], external: Mapping[str, str]
) -> list[Manifest]:
    if not (cpu or memory or pods or external):
        cpu = DEFAULT_CPU_PERCENT
    return [
        *[_resource(name, percent) for name, percent in (("cpu", cpu), ("memory", memory)) if percent],
        *[
            {"type": "Pods", "pods": {"metric": {"name": name}, "target": _average(value)}}
            for name, value in pods.items()
        ],
        *[_external(written, value) for written, value in external.items()],
    ]


def _resource(name: str, percent: int) -> Manifest:
    # Of the group's own container: a sidecar that admission adds has its own request, or none, and an HPA
    # that looks at the whole pod then does nothing.
    target = {"type": "Utilization", "averageUtilization": percent}
    return {
        "type": "ContainerResource",
        "containerResource": {"name": name, "container": CONTAINER, "target": target},
    }


def _external(written: str, value: str) -> Manifest:
    name, labels = external_metric(written)
    selector = {"selector": {"matchLabels": labels}} if labels else {}
    return {"type": "External", "external": {"metric": {"name": name, **selector}, "target": _average(value)}}


def _average(value: str) -> Manifest:
    return {"type": "AverageValue", "averageValue": value}


def _triggers(
    cpu: int | None, memory: int | None, prometheus: Prometheus | None, schedule: Sequence[ScheduledReplicas]
) -> list[Manifest]:
    asked = [_prometheus(prometheus)] if prometheus else []
    return [
        *[_utilization(name, percent) for name, percent in (("cpu", cpu), ("memory", memory)) if percent],
        *asked,
        *map(_cron, schedule),
    ]


def _utilization(name: str, percent: int) -> Manifest:
    return {
        "type": name,
        "metricType": "Utilization",
        "metadata": {"value": str(percent), "containerName": CONTAINER},
    }


def _prometheus(prometheus: Prometheus) -> Manifest:
    # KEDA reads a plain number.
    threshold = f"{amount_of(prometheus.threshold):f}"
    return {
        "type": "prometheus",
        "metadata": {
            "serverAddress": prometheus.server,
            "query": prometheus.query,
            "threshold": threshold,
        },
    }


def _cron(schedule: ScheduledReplicas) -> Manifest:
    return {
        "type": "cron",
        "metadata": {
            "timezone": schedule.timezone,
            "start": schedule.start,
            "end": schedule.end,
            "desiredReplicas": str(schedule.replicas),
        },
    }


def _behavior(group: GroupInputs, autoscale: Autoscale) -> Any:
    """Return how fast it scales, None for the defaults of Kubernetes."""
    longer = group.spec.gpu is not None
    if autoscale.scale_up is None and autoscale.scale_down is None and not longer:
        return None
    return group.apply(
        lambda up, down: _rates(up, down, longer=longer), autoscale.scale_up, autoscale.scale_down
    )


def _rates(up: ScalingRate | None, down: ScalingRate | None, *, longer: bool) -> Manifest:
    rates = {
        "scaleUp": _rate(up, None),
        "scaleDown": _rate(down, GPU_SCALE_DOWN_SECONDS if longer else None),
    }
    return {name: rate for name, rate in rates.items() if rate}


def _rate(rate: ScalingRate | None, window: int | None) -> Manifest:
    fields: Manifest = {}
    if rate and rate.window is not None:
        window = rate.window
    if window is not None:
        fields["stabilizationWindowSeconds"] = window
    if rate and rate.pods is not None:
        fields["policies"] = [{"type": "Pods", "value": rate.pods, "periodSeconds": rate.period}]
    return fields
