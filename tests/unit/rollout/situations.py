"""Groups in trouble, built from the fields that tell of it; times are seconds after START."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from scaling_group.records import Diagnosis
from scaling_group.rollout.diagnose import diagnose
from scaling_group.rollout.snapshot import Snapshot

Object = dict[str, Any]

START = datetime(2026, 1, 1, tzinfo=UTC)
HASH = "5c9d77d8f7"
OLD_HASH = "877cdbbf00"
NODE = {"metadata": {"name": "node1"}, "status": {"allocatable": {"cpu": "4", "memory": "16Gi"}}}


def at(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def group(replicas: int = 1, /, **status: Any) -> Object:
    """Return a Deployment of revision 2 that has pods and lacks one that is available."""
    counted = {"observedGeneration": 2, "replicas": replicas, "updatedReplicas": replicas, **status}
    return {
        "kind": "Deployment",
        "metadata": {
            "name": "web",
            "namespace": "default",
            "generation": 2,
            "creationTimestamp": at(0),
            "annotations": {"deployment.kubernetes.io/revision": "2"},
        },
        "spec": {
            "replicas": replicas,
            "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
        },
        "status": counted,
    }


def replica_set(template: str = HASH, revision: str = "2") -> Object:
    return {
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"web-{template}",
            "namespace": "default",
            "uid": template,
            "labels": {"pod-template-hash": template},
            "annotations": {"deployment.kubernetes.io/revision": revision},
        },
    }


def pod(
    name: str = "web-1",
    *states: Object,
    container: Object | None = None,
    template: str = HASH,
    unscheduled: str = "",
    **status: Any,
) -> Object:
    """Return a pod of one container, which has these fields of a container's status."""
    spec = {"name": "main", "image": "registry.example.com/team/app:1", **(container or {})}
    scheduled = {"type": "PodScheduled", "status": "True"}
    if unscheduled:
        scheduled = {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": unscheduled,
            "lastTransitionTime": at(1),
        }
    return {
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": "default",
            "uid": f"uid-{name}",
            "creationTimestamp": at(0),
            "labels": {"pod-template-hash": template},
        },
        "spec": {"containers": [spec], "nodeSelector": {}, **status.pop("spec", {})},
        "status": {
            "conditions": [scheduled, *status.pop("conditions", ())],
            "containerStatuses": [{"name": "main", **state} for state in states],
            **status,
        },
    }


def waiting(reason: str, message: str = "", **more: Any) -> Object:
    return {"state": {"waiting": {"reason": reason, "message": message}}, **more}


def ended(code: int, started: float = 1, finished: float = 1, reason: str = "Error") -> Object:
    times = {"startedAt": at(started), "finishedAt": at(finished)}
    return {"terminated": {"exitCode": code, "reason": reason, **times}}


def running(since: float = 1, *, ready: bool = False, **more: Any) -> Object:
    return {"state": {"running": {"startedAt": at(since)}}, "ready": ready, "started": True, **more}


def event(about: Object, reason: str, message: str, last: float = 2, count: int = 1) -> Object:
    metadata = about["metadata"]
    return {
        "metadata": {"name": f"{metadata['name']}.{reason}", "namespace": "default"},
        "involvedObject": {"kind": about["kind"], "name": metadata["name"], "uid": metadata.get("uid", "")},
        "reason": reason,
        "message": message,
        "count": count,
        "firstTimestamp": at(1),
        "lastTimestamp": at(last),
    }


def snapshot(*pods: Object, after: float = 120, **more: Any) -> Snapshot:
    """Return a snapshot of a group with these pods, so many seconds after its start."""
    deployment = more.pop("deployment", None) or group(max(len(pods), 1))
    sets = more.pop("replica_sets", [replica_set()])
    return Snapshot(deployment, sets, pods, taken=START + timedelta(seconds=after), **more)


def found(*pods: Object, **more: Any) -> list[Diagnosis]:
    return diagnose(snapshot(*pods, **more))


def one(*pods: Object, **more: Any) -> Diagnosis:
    """Return the only diagnosis of a group with these pods."""
    [diagnosis] = found(*pods, **more)
    return diagnosis


def summaries(diagnoses: Sequence[Diagnosis]) -> list[str]:
    return [diagnosis.summary for diagnosis in diagnoses]


PARENT = {"name": "gateway", "namespace": "gateway-system", "sectionName": "https"}
CLASS = {
    "kind": "GatewayClass",
    "metadata": {"name": "traefik", "creationTimestamp": at(0)},
    "spec": {"controllerName": "traefik.io/gateway-controller"},
    "status": {"conditions": [{"type": "Accepted", "status": "True"}]},
}
LISTENER = {
    "name": "https",
    "hostname": "*.gw.example.com",
    "allowedRoutes": {"namespaces": {"from": "Same"}},
}
GATEWAY = {
    "kind": "Gateway",
    "metadata": {"name": "gateway", "namespace": "gateway-system"},
    "spec": {"gatewayClassName": "traefik", "listeners": [LISTENER, {"name": "http"}]},
}


def route(*conditions: tuple[str, str, str, str], changed: float = 2) -> dict[str, Any]:
    """Return the group's route with these conditions of its parent: type, status, reason, message."""
    said = [
        {
            "type": kind,
            "status": status,
            "reason": reason,
            "message": message,
            "observedGeneration": 1,
            "lastTransitionTime": at(changed),
        }
        for kind, status, reason, message in conditions
    ]
    return {
        "metadata": {"name": "web", "namespace": "default", "generation": 1, "creationTimestamp": at(0)},
        "spec": {"hostnames": ["abc123-web.other.example.com"], "parentRefs": [PARENT]},
        "status": {"parents": [{"parentRef": PARENT, "conditions": said}] if said else []},
    }
