"""What a group consists of in the cluster, read once or kept current."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from scaling_group.errors import Unreachable, Unreadable
from scaling_group.manifests.deployment import CONTAINER
from scaling_group.naming import id_label
from scaling_group.operations.protocols import ClusterReader, Object, Watch
from scaling_group.reads import LogQuery, Selection
from scaling_group.records import Record
from scaling_group.rollout.fields import condition
from scaling_group.rollout.snapshot import ABSENT, Snapshot
from scaling_group.rollout.status import judge

#: An object of a snapshot, which nobody changes.
AnyObject = Mapping[str, Any]

#: Lines of a log that are kept, and pods whose logs are read: all tell much the same.
LOG_LINES = 20
LOG_PODS = 3
#: A container runtime says so in place of a log that it has thrown away.
NO_LOG = "unable to retrieve container logs"
SERVICE_LABEL = "kubernetes.io/service-name"


def own_labels(record: Record) -> dict[str, str]:
    """Return the labels that ReplicaSets and pods of the group carry."""
    return {id_label(record.environment.label_domain): record.id}


def selections(record: Record, *, whole: bool = False) -> list[Selection]:
    """Return what tells how a rollout goes; whole: the addresses behind the Service too."""
    namespace, labels = record.environment.namespace, own_labels(record)
    return [
        Selection("Deployment", namespace, name=record.name, needed=True),
        Selection("HTTPRoute", namespace, name=record.name),
        Selection("Pod", namespace, labels=labels, needed=True),
        Selection("ReplicaSet", namespace, labels=labels),
        Selection("Event", namespace),
        *[Selection("PersistentVolumeClaim", namespace, name=claim) for claim in claims_of(record)],
        *(_serving(record) if whole else []),
    ]


def _serving(record: Record) -> list[Selection]:
    namespace = record.environment.namespace
    return [
        Selection("Service", namespace, name=record.name),
        Selection("EndpointSlice", namespace, labels={SERVICE_LABEL: record.name}),
    ]


def watched(watch: Watch, record: Record) -> Snapshot | None:
    """Return what a watch of the selections knows, None where the group has no Deployment."""
    deployments = watch.objects("Deployment") or []
    deployment = next((d for d in deployments if own_labels(record).items() <= _labels(d).items()), None)
    if deployment is None:
        return None
    seen = Snapshot(
        deployment,
        replica_sets=watch.objects("ReplicaSet") or [],
        pods=watch.objects("Pod") or [],
        claims=watch.objects("PersistentVolumeClaim") or [],
        service=_only(watch.objects("Service")),
        endpoint_slices=watch.objects("EndpointSlice") or [],
        route=_only(watch.objects("HTTPRoute")),
        taken=datetime.now(UTC),
    )
    return replace(seen, events=events_about(watch.objects("Event") or [], objects_in(seen)))


def _only(found: list[Object] | None) -> AnyObject | None:
    return None if found is None else next(iter(found), ABSENT)


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
        service=read_one(cluster, "Service", namespace, record.name),
        route=read_one(cluster, "HTTPRoute", namespace, record.name),
        replica_sets=read_many(cluster, "ReplicaSet", namespace, labels),
        pods=read_many(cluster, "Pod", namespace, labels),
        endpoint_slices=read_many(cluster, "EndpointSlice", namespace, {SERVICE_LABEL: record.name}),
        taken=datetime.now(UTC),
    )
    if not whole and not judge(seen).reason:
        return seen
    return _with_causes(cluster, record, seen)


def _with_causes(cluster: ClusterReader, record: Record, seen: Snapshot) -> Snapshot:
    namespace, gateway = record.environment.namespace, record.environment.gateway
    claims = [read_one(cluster, "PersistentVolumeClaim", namespace, name) for name in claims_of(record)]
    served_by = read_one(cluster, "Gateway", gateway.namespace, gateway.name)
    kind = str(((served_by or {}).get("spec") or {}).get("gatewayClassName", ""))
    seen = replace(
        seen,
        claims=[claim for claim in claims if claim],
        gateway=served_by,
        gateway_class=read_one(cluster, "GatewayClass", "", kind) if kind else None,
        logs=dict(_last_lines(cluster, namespace, seen.pods)),
        nodes=_nodes(cluster, seen),
    )
    return replace(seen, events=events_about(read_many(cluster, "Event", namespace, {}), objects_in(seen)))


def _nodes(cluster: ClusterReader, seen: Snapshot) -> list[Object]:
    """Return the nodes where a pod finds none that takes it."""
    placed = (condition(pod.get("status") or {}, "PodScheduled").get("status") for pod in seen.pods)
    return read_many(cluster, "Node", "", {}) if "False" in placed else []


def read_one(cluster: ClusterReader, kind: str, namespace: str, name: str) -> Object | None:
    """Return an object, an empty one where it does not exist, None where it may not be read."""
    try:
        return cluster.get(kind, namespace, name) or {}
    except Unreadable:
        return None


def read_many(cluster: ClusterReader, kind: str, namespace: str, labels: dict[str, str]) -> list[Object]:
    try:
        return cluster.list_objects(kind, namespace, labels)
    except Unreadable:
        return []


def claims_of(record: Record) -> list[str]:
    return sorted({mount.name for mount in record.spec.mounts if mount.kind == "pvc"})


def objects_in(seen: Snapshot) -> list[AnyObject]:
    """Return the objects that are the group's own."""
    single = (seen.deployment, seen.service, seen.route)
    return [*filter(None, single), *seen.replica_sets, *seen.pods, *seen.claims]


def events_about(events: Iterable[Object], objects: Iterable[AnyObject]) -> list[Object]:
    """Return the events of objects, and of pods that their ReplicaSets have had before."""
    known = list(objects)
    uids = {str(found["metadata"].get("uid")) for found in known}
    owners = tuple(f"{found['metadata']['name']}-" for found in known if found.get("kind") == "ReplicaSet")

    def concerned(event: Object) -> bool:
        about = event.get("involvedObject") or {}
        gone = about.get("kind") == "Pod" and str(about.get("name", "")).startswith(owners)
        return about.get("uid") in uids or gone

    return [event for event in events if concerned(event)]


def _last_lines(
    cluster: ClusterReader, namespace: str, pods: Iterable[AnyObject]
) -> Iterator[tuple[str, str]]:
    """Yield name and last lines of pods in trouble, where there are any."""
    telling = [(pod, run) for pod in pods if (run := _telling_run(pod))]
    for pod, run in telling[:LOG_PODS]:
        name = str(pod["metadata"]["name"])
        query = LogQuery(CONTAINER, previous=run == "before", tail=LOG_LINES)
        try:
            lines = list(cluster.log(namespace, name, query))
        except Unreadable:
            continue
        except Unreachable:
            # A node that is away; the next one may be the same.
            return
        said = [line.partition(" ")[2] for line in lines if NO_LOG not in line]
        if said:
            yield name, "\n".join(said)


def _telling_run(pod: AnyObject) -> str:
    """Return whose log tells of trouble: "now" of a run that has ended or does not get ready, "before" of
    one that was started again, empty of a pod that is well or has not run yet.
    """
    for status in (pod.get("status") or {}).get("containerStatuses") or ():
        state = status.get("state") or {}
        # In this state `previous` would be the run before the one that has just ended.
        if state.get("terminated"):
            return "now"
        if status.get("restartCount"):
            return "before"
        if state.get("running") and not status.get("ready"):
            return "now"
    return ""
