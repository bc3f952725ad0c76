"""What a group consists of in the cluster, read once or kept current."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from scaling_group.errors import Unreadable
from scaling_group.manifests.deployment import CONTAINER
from scaling_group.naming import id_label
from scaling_group.operations.protocols import ClusterReader, Object, Watch
from scaling_group.reads import LogQuery, Selection
from scaling_group.records import Record
from scaling_group.rollout.snapshot import ABSENT, Snapshot
from scaling_group.rollout.status import judge
from scaling_group.spec.mount import parse_mount

#: Lines of a log that are kept, and pods whose logs are read: all tell much the same.
LOG_LINES = 20
LOG_PODS = 3
#: A container runtime says so in place of a log that it has thrown away.
NO_LOG = "unable to retrieve container logs"
SERVICE_LABEL = "kubernetes.io/service-name"


def own_labels(record: Record) -> dict[str, str]:
    """Return the labels that ReplicaSets and pods of the group carry."""
    return {id_label(record.environment.label_domain): record.id}


def selections(record: Record) -> list[Selection]:
    """Return what tells how a rollout goes."""
    namespace, labels = record.environment.namespace, own_labels(record)
    return [
        Selection("Deployment", namespace, name=record.name, needed=True),
        Selection("HTTPRoute", namespace, name=record.name),
        Selection("Pod", namespace, labels=labels, needed=True),
        Selection("ReplicaSet", namespace, labels=labels),
        Selection("Event", namespace),
        *[Selection("PersistentVolumeClaim", namespace, name=claim) for claim in _claims(record)],
    ]


def watched(watch: Watch, record: Record) -> Snapshot | None:
    """Return what a watch of the selections knows, None where the group has no Deployment."""
    deployments = watch.objects("Deployment") or []
    deployment = next((d for d in deployments if own_labels(record).items() <= _labels(d).items()), None)
    if deployment is None:
        return None
    routes = watch.objects("HTTPRoute")
    replica_sets, pods = watch.objects("ReplicaSet") or [], watch.objects("Pod") or []
    claims = watch.objects("PersistentVolumeClaim") or []
    seen = Snapshot(
        deployment,
        replica_sets=replica_sets,
        pods=pods,
        claims=claims,
        route=None if routes is None else next(iter(routes), ABSENT),
        taken=datetime.now(UTC),
    )
    return replace(seen, events=events_about(watch.objects("Event") or [], seen))


def _labels(found: Object) -> dict[str, str]:
    return found["metadata"].get("labels") or {}


def gather(cluster: ClusterReader, record: Record, *, whole: bool = False) -> Snapshot | None:
    """Return what there is of a group, None where it has no Deployment.

    Where all is well, its own objects are enough; otherwise, or with `whole`, events, claims, the
    gateway and the last lines of crashed containers are read too. What may not be read is left out.
    """
    namespace, labels = record.environment.namespace, own_labels(record)
    deployment = cluster.get("Deployment", namespace, record.name)
    if deployment is None:
        return None
    seen = Snapshot(
        deployment,
        service=_one(cluster, "Service", namespace, record.name),
        route=_one(cluster, "HTTPRoute", namespace, record.name),
        replica_sets=_many(cluster, "ReplicaSet", namespace, labels),
        pods=_many(cluster, "Pod", namespace, labels),
        endpoint_slices=_many(cluster, "EndpointSlice", namespace, {SERVICE_LABEL: record.name}),
        taken=datetime.now(UTC),
    )
    if not whole and not judge(seen).reason:
        return seen
    return _with_causes(cluster, record, seen)


def _with_causes(cluster: ClusterReader, record: Record, seen: Snapshot) -> Snapshot:
    namespace, gateway = record.environment.namespace, record.environment.gateway
    claims = [_one(cluster, "PersistentVolumeClaim", namespace, name) for name in _claims(record)]
    served_by = _one(cluster, "Gateway", gateway.namespace, gateway.name)
    kind = str(((served_by or {}).get("spec") or {}).get("gatewayClassName", ""))
    seen = replace(
        seen,
        claims=[claim for claim in claims if claim],
        gateway=served_by,
        gateway_class=_one(cluster, "GatewayClass", "", kind) if kind else None,
        logs=dict(_last_lines(cluster, namespace, seen.pods)),
    )
    return replace(seen, events=events_about(_many(cluster, "Event", namespace, {}), seen))


def _one(cluster: ClusterReader, kind: str, namespace: str, name: str) -> Object | None:
    """Return an object, an empty one where it does not exist, None where it may not be read."""
    try:
        return cluster.get(kind, namespace, name) or {}
    except Unreadable:
        return None


def _many(cluster: ClusterReader, kind: str, namespace: str, labels: dict[str, str]) -> list[Object]:
    try:
        return cluster.list_objects(kind, namespace, labels)
    except Unreadable:
        return []


def _claims(record: Record) -> list[str]:
    mounts = map(parse_mount, record.spec.mounts)
    return sorted({mount.name for mount in mounts if mount.kind == "pvc"})


def events_about(events: Iterable[Object], seen: Snapshot) -> list[Object]:
    """Return the events of a group's objects, of its pods that are gone too."""
    single = (seen.deployment, seen.service, seen.route)
    known = [*filter(None, single), *seen.replica_sets, *seen.pods, *seen.claims]
    uids = {str(found["metadata"].get("uid")) for found in known}
    sets = tuple(f"{found['metadata']['name']}-" for found in seen.replica_sets)

    def concerned(event: Object) -> bool:
        about = event.get("involvedObject") or {}
        gone = about.get("kind") == "Pod" and str(about.get("name", "")).startswith(sets)
        return about.get("uid") in uids or gone

    return [event for event in events if concerned(event)]


def _last_lines(
    cluster: ClusterReader, namespace: str, pods: Iterable[Object]
) -> Iterator[tuple[str, str]]:
    """Yield name and last lines of pods whose container has ended, where there are any."""
    crashed = [pod for pod in pods if _ended(pod)]
    for pod in crashed[:LOG_PODS]:
        name = str(pod["metadata"]["name"])
        # In this state `previous` would be the run before the one that has just ended.
        query = LogQuery(CONTAINER, previous=_ended(pod) == "before", tail=LOG_LINES)
        try:
            lines = list(cluster.log(namespace, name, query))
        except Unreadable:
            continue
        said = [line.partition(" ")[2] for line in lines if NO_LOG not in line]
        if said:
            yield name, "\n".join(said)


def _ended(pod: Object) -> str:
    """Return "now" for a container whose end is its state, "before" for one that was started again."""
    for status in (pod.get("status") or {}).get("containerStatuses") or ():
        if (status.get("state") or {}).get("terminated"):
            return "now"
        if status.get("restartCount"):
            return "before"
    return ""
