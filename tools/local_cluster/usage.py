"""What simulated containers use of cpu and memory, as a kubelet tells it at /metrics/resource. Pure.

A ConfigMap `simulated-load` in a namespace says how much: each line below its key `pods` is a metric in the
text format of Prometheus, shared by the ready pods of the Deployment that its label names, or of the whole
namespace. Other metrics than `cpu` (cores) and `memory` (bytes) are for the server of custom metrics.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .api import JsonObject

LOAD = "simulated-load"
PODS_KEY = "pods"
#: Of a container that nothing is said of, and the least: not 0, which metrics-server takes for unknown.
IDLE = {"cpu": 0.001, "memory": 16.0 * 2**20}
_LINE = re.compile(r'(cpu|memory)(?:\{deployment="([^"]*)"\})?\s+(\S+)')
_HASH_LABEL = "pod-template-hash"
#: Of the node itself; nothing asks how much.
_NODE = "node_cpu_usage_seconds_total 1\nnode_memory_working_set_bytes 1\n"

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Share:
    """How much all pods of a Deployment use together; of the namespace where it has no name."""

    resource: str
    deployment: str
    value: float


def shares_of(load: JsonObject | None) -> list[Share]:
    """Read the lines about cpu and memory; none where there is no ConfigMap."""
    lines = ((load or {}).get("data") or {}).get(PODS_KEY, "").splitlines()
    found = [match for line in lines if (match := _LINE.fullmatch(line.strip()))]
    return [Share(match[1], match[2] or "", _number(match[3])) for match in found]


def deployment_of(pod: JsonObject) -> str:
    """Return the name of the Deployment a pod belongs to, from that of its ReplicaSet."""
    metadata = pod["metadata"]
    hashed = metadata.get("labels", {}).get(_HASH_LABEL, "")
    owners = [owner["name"] for owner in metadata.get("ownerReferences", ()) if owner.get("controller")]
    return str(owners[0]).removesuffix(f"-{hashed}") if owners else ""


@dataclass
class Usage:
    """The counters of cpu time of one node's containers, which only grow."""

    _read: dict[Key, tuple[float, float]] = field(default_factory=dict)

    def text(
        self, node: str, pods: Iterable[JsonObject], loads: Mapping[str, list[Share]], now: float
    ) -> str:
        """Return the metrics of the node's ready pods, and forget those that are gone."""
        ready = [pod for pod in pods if _is_ready(pod)]
        sharing = Counter(group for pod in ready for group in _groups(pod))
        before, self._read = self._read, {}
        lines = [_NODE]
        for pod in ready:
            if pod["spec"].get("nodeName") == node:
                used = _used(pod, sharing, loads.get(pod["metadata"]["namespace"], []))
                lines += [
                    self._container(key, IDLE if index else used, before.get(key), now)
                    for index, key in enumerate(_keys(pod))
                ]
        return "".join(lines)

    def _container(
        self, key: Key, used: Mapping[str, float], before: tuple[float, float] | None, now: float
    ) -> str:
        read, seconds = before or (now - 1, 0.0)
        seconds += (now - read) * used["cpu"]
        self._read[key] = (now, seconds)
        namespace, pod, container = key
        labels = f'{{container="{container}",namespace="{namespace}",pod="{pod}"}}'
        return (
            f"container_cpu_usage_seconds_total{labels} {seconds:.9f} {now * 1000:.0f}\n"
            f"container_memory_working_set_bytes{labels} {used['memory']:.0f} {now * 1000:.0f}\n"
        )


def _keys(pod: JsonObject) -> list[Key]:
    metadata = pod["metadata"]
    return [(metadata["namespace"], metadata["name"], each["name"]) for each in pod["spec"]["containers"]]


def _groups(pod: JsonObject) -> tuple[tuple[str, str], ...]:
    """Return those among whom it may share a load: all of its namespace, and its Deployment's."""
    namespace, deployment = pod["metadata"]["namespace"], deployment_of(pod)
    return ((namespace, ""), (namespace, deployment)) if deployment else ((namespace, ""),)


def _used(pod: JsonObject, sharing: Mapping[tuple[str, str], int], shares: list[Share]) -> dict[str, float]:
    groups = {deployment: sharing[namespace, deployment] for namespace, deployment in _groups(pod)}
    mine = {s.resource: s.value / groups[s.deployment] for s in shares if s.deployment in groups}
    return {resource: max(mine.get(resource, 0.0), idle) for resource, idle in IDLE.items()}


def _number(text: str) -> float:
    """What is no number counts as nothing, as NaN does among custom metrics."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0


def _is_ready(pod: JsonObject) -> bool:
    conditions = pod.get("status", {}).get("conditions") or []
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
