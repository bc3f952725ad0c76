"""HorizontalPodAutoscalers as their controller leaves them; times are seconds after START."""

from __future__ import annotations

from typing import Any

from tests.unit.rollout.situations import at

Object = dict[str, Any]
API_MISSING = (
    "the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics "
    "for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the "
    "requested resource (get pods.metrics.k8s.io)"
)


def cpu(target: int = 70, current: int | None = None) -> tuple[Object, Object | None]:
    """Return what is wanted of the CPU, and what is measured."""
    wanted = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": target}}
    known = {"name": "cpu", "current": {"averageUtilization": current, "averageValue": "93m"}}
    return (
        {"type": "Resource", "resource": wanted},
        None if current is None else {"type": "Resource", "resource": known},
    )


def custom(
    source: str, name: str, target: str, current: str = "", **labels: str
) -> tuple[Object, Object | None]:
    """Return what is wanted of a metric of one's own, and what is measured. source: pods or external."""
    metric = {"name": name, **({"selector": {"matchLabels": labels}} if labels else {})}
    wanted = {"metric": metric, "target": {"type": "AverageValue", "averageValue": target}}
    known = {"metric": metric, "current": {"averageValue": current}}
    kind = source.capitalize()
    return {"type": kind, source: wanted}, {"type": kind, source: known} if current else None


def said(kind: str, status: str, reason: str, message: str = "", since: float = 1) -> Object:
    return {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": message,
        "lastTransitionTime": at(since),
    }


def autoscaler(
    *conditions: Object,
    metrics: tuple[tuple[Object, Object | None], ...] = (),
    desired: int = 3,
    name: str = "web",
    target: str = "web",
    labels: dict[str, str] | None = None,
    **status: Any,
) -> Object:
    """Return an autoscaler of 1 to 8 replicas; conditions replace those of one that is well."""
    well = {
        "AbleToScale": said("AbleToScale", "True", "ReadyForNewScale"),
        "ScalingActive": said("ScalingActive", "True", "ValidMetricFound"),
        "ScalingLimited": said("ScalingLimited", "False", "DesiredWithinRange"),
    }
    chosen = metrics or (cpu(70, 35),)
    measured = [known for _, known in chosen if known]
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {
            "name": name,
            "namespace": "default",
            "uid": f"uid-hpa-{name}",
            "creationTimestamp": at(0),
            "labels": labels or {},
        },
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": target},
            "minReplicas": 1,
            "maxReplicas": 8,
            "metrics": [wanted for wanted, _ in chosen],
        },
        "status": {
            "currentReplicas": desired,
            "desiredReplicas": desired,
            "currentMetrics": measured,
            "conditions": [*(well | {each["type"]: each for each in conditions}).values()],
            **status,
        },
    }


def by_keda(found: Object, scaled_object: str = "web") -> Object:
    """Return an autoscaler as KEDA makes it for a ScaledObject."""
    owner = {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "name": scaled_object,
        "controller": True,
    }
    return {**found, "metadata": {**found["metadata"], "ownerReferences": [owner]}}


def scaled_object(*conditions: Object, name: str = "web", least: int = 0) -> Object:
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {
            "name": name,
            "namespace": "default",
            "uid": f"uid-so-{name}",
            "creationTimestamp": at(0),
        },
        "spec": {"scaleTargetRef": {"name": name}, "minReplicaCount": least, "maxReplicaCount": 8},
        "status": {"conditions": list(conditions)} if conditions else {},
    }
