"""A Deployment with an autoscaler on it, without anything of a group."""

from __future__ import annotations

from typing import Any

from tests.integration.load import Load
from tests.integration.waiting import wait_until

WAITING = "vllm:num_requests_waiting"
AVERAGE = {"type": "AverageValue", "averageValue": "5"}
KNOWN = ("True", "ValidMetricFound")


def by_pods() -> dict[str, Any]:
    return {"type": "Pods", "pods": {"metric": {"name": WAITING}, "target": AVERAGE}}


def by_queue() -> dict[str, Any]:
    metric = {"name": "queue_depth", "selector": {"matchLabels": {"queue": "llm"}}}
    return {"type": "External", "external": {"metric": metric, "target": AVERAGE}}


def by_cpu() -> dict[str, Any]:
    target = {"type": "Utilization", "averageUtilization": 50}
    return {
        "type": "ContainerResource",
        "containerResource": {"name": "cpu", "container": "main", "target": target},
    }


class Scaled:
    """A Deployment `web` of one replica, and an autoscaler that may make 4 of it."""

    def __init__(self, load: Load, metric: dict[str, Any], fewest: int = 1) -> None:
        self.unknown = f"FailedGet{metric['type']}Metric"
        self._api = load.cluster.api
        apps = f"/apis/apps/v1/namespaces/{load.namespace}/deployments"
        scalers = f"/apis/autoscaling/v2/namespaces/{load.namespace}/horizontalpodautoscalers"
        self._deployment, self._scaler = f"{apps}/web", f"{scalers}/web"
        self._api.create(apps, {"metadata": {"name": "web"}, "spec": _deployment()})
        self._api.create(scalers, {"metadata": {"name": "web"}, "spec": _autoscaler(metric, fewest)})

    def becomes(self, replicas: int, **conditions: tuple[str, str]) -> None:
        """Wait until so many replicas are ready, and the autoscaler has conditions with these reasons."""
        wait_until(lambda: self._ready() == (replicas, replicas) and conditions.items() <= self._reasons())

    def _ready(self) -> tuple[int, int]:
        deployment = self._api.get(self._deployment) or {}
        return deployment["spec"]["replicas"], deployment.get("status", {}).get("readyReplicas", 0)

    def _reasons(self) -> set[tuple[str, tuple[str, str]]]:
        conditions = (self._api.get(self._scaler) or {}).get("status", {}).get("conditions") or []
        return {(each["type"], (each["status"], each["reason"])) for each in conditions}


def _deployment() -> dict[str, Any]:
    labels = {"app": "web"}
    main = {"name": "main", "image": "registry.test/web:1", "resources": {"requests": {"cpu": "1"}}}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [main]}}
    return {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}


def _autoscaler(metric: dict[str, Any], fewest: int) -> dict[str, Any]:
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "minReplicas": fewest,
        "maxReplicas": 4,
        "metrics": [metric],
        # The default of five minutes would be the length of the test.
        "behavior": {"scaleDown": {"stabilizationWindowSeconds": 0}},
    }
