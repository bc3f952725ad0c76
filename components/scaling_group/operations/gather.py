"""What a group consists of in the cluster, read once or kept current, always as the same snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from scaling_group.at_once import at_once
from scaling_group.errors import Unreadable
from scaling_group.naming import id_label
from scaling_group.operations.live import refs_in, refs_of
from scaling_group.operations.protocols import ClusterReader, Object, Watch
from scaling_group.reads import Selection
from scaling_group.records import Record
from scaling_group.rollout.fields import labels_of, name_of
from scaling_group.rollout.snapshot import ABSENT, Snapshot
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.route_kinds import GRPC_ROUTE, HTTP_ROUTE, route_kind
from scaling_group.spec.scalers import HPA, SCALED_OBJECT

if TYPE_CHECKING:
    from scaling_group.manifests.owned import ObjectRef

#: An object of a snapshot, which nobody changes.
AnyObject = Mapping[str, Any]

#: What is read of every group; what scales it may be called otherwise, or be somebody else's.
OF_EVERY_GROUP = ("Deployment", "Service", HTTP_ROUTE, HPA)
SERVICE_LABEL = "kubernetes.io/service-name"


class Found(NamedTuple):
    """Objects by kind, as one look found them. refused: why a kind could not be read."""

    objects: Mapping[str, Sequence[Object]]
    refused: Mapping[str, Unreadable]
    taken: datetime

    def of(self, kind: str) -> Sequence[Object]:
        """Return the objects of a kind; raises Unreadable where they could not be read."""
        if kind in self.refused:
            raise self.refused[kind]
        return self.objects[kind]

    def and_also(self, more: Found) -> Found:
        """Return this with what another look has found."""
        kinds = dict.fromkeys((*self.objects, *more.objects))
        objects = {kind: [*self.objects.get(kind, ()), *more.objects.get(kind, ())] for kind in kinds}
        return Found(objects, {**self.refused, **more.refused}, self.taken)


def own_labels(record: Record) -> dict[str, str]:
    """Return the labels that ReplicaSets and pods of the group carry."""
    return {id_label(record.environment.label_domain): record.id}


def name_labels(environment: EnvironmentSpec, name: str) -> dict[str, str]:
    """Return the labels that ReplicaSets and pods of whatever group has the name carry."""
    from scaling_group.manifests.metadata import pod_labels

    return pod_labels(environment.id, name)


def own_selections(
    environment: EnvironmentSpec, name: str, labels: Mapping[str, str], spec: GroupSpec | None = None
) -> list[Selection]:
    """Return what a group consists of. labels: those of its ReplicaSets and pods. spec: where it is known."""
    namespace = environment.namespace
    return [
        Selection("Deployment", namespace, name=name, needed=True),
        *(
            []
            if spec and (spec.is_private or route_kind(spec, environment) != HTTP_ROUTE)
            else [Selection(HTTP_ROUTE, namespace, name=name)]
        ),
        Selection("Service", namespace, name=name),
        Selection("Pod", namespace, labels=labels, needed=True),
        Selection("ReplicaSet", namespace, labels=labels),
        Selection("EndpointSlice", namespace, labels={SERVICE_LABEL: name}),
        # By whom they are made, and so how they are called, nobody knows.
        Selection(HPA, namespace),
        *(further_selections(spec, environment) if spec else ()),
    ]


def further_selections(spec: GroupSpec, environment: EnvironmentSpec) -> list[Selection]:
    """Return what a group has beside what every group has."""
    further = {key: ref for key, ref in refs_of(spec, environment).items() if key not in OF_EVERY_GROUP}
    return [Selection(ref.kind, environment.namespace, name=ref.name) for ref in further.values()]


def selections(record: Record) -> list[Selection]:
    """Return what a group consists of, and what tells of causes: events, and the volumes it mounts."""
    namespace = record.environment.namespace
    return [
        *own_selections(record.environment, record.name, own_labels(record), record.spec),
        Selection("Event", namespace),
        *[Selection("PersistentVolumeClaim", namespace, name=claim) for claim in claims_of(record)],
    ]


def read(cluster: ClusterReader, chosen: Sequence[Selection]) -> Found:
    """Return what there is, in one round trip.

    Raises Unreadable where something that is needed may not be read, and Unreachable.
    """
    answers = at_once({at: partial(_objects, cluster, each) for at, each in enumerate(chosen)})
    objects: dict[str, list[Object]] = {}
    refused = {}
    for selection, answer in zip(chosen, answers.values(), strict=True):
        if isinstance(answer, Unreadable):
            refused[selection.kind] = answer
        else:
            objects.setdefault(selection.kind, []).extend(answer)
    return Found(objects, refused, datetime.now(UTC))


def _objects(cluster: ClusterReader, selection: Selection) -> list[Object] | Unreadable:
    try:
        if selection.name is None:
            return cluster.list_objects(selection.kind, selection.namespace, selection.labels)
        found = cluster.get(selection.kind, selection.namespace, selection.name)
        return [found] if found else []
    except Unreadable as error:
        if selection.needed:
            raise
        return error


def snapshot_from(
    objects: Callable[[str], Sequence[Object] | None],
    taken: datetime,
    record: Record,
    refs: Mapping[str, ObjectRef],
) -> Snapshot:
    """Return the snapshot of one group. objects: returns those of a kind, None where nobody knows them.

    refs: those of the record.
    """
    deployment, scalers = _single(objects("Deployment"), record.name) or ABSENT, objects(HPA)
    kind = route_kind(record.spec, record.environment)
    seen = Snapshot(
        deployment,
        replica_sets=objects("ReplicaSet") or (),
        pods=objects("Pod") or (),
        claims=objects("PersistentVolumeClaim") or (),
        service=_single(objects("Service"), record.name),
        endpoint_slices=objects("EndpointSlice") or (),
        # What is read of a private group's name is somebody else's, or about to go.
        route=None if record.spec.is_private else _single(objects(kind), record.name),
        route_kind=kind,
        autoscalers=_scaling(deployment, scalers) if scalers else scalers,
        scaled_object=_single(objects(SCALED_OBJECT), record.name),
        more=dict(_more(objects, refs)),
        taken=taken,
    )
    events = objects("Event")
    return replace(seen, events=events_about(events, objects_in(seen))) if events else seen


def _scaling(deployment: AnyObject, scalers: Sequence[Object]) -> Sequence[AnyObject]:
    # Loaded where something scales: most groups have a fixed number of Pods.
    from scaling_group.rollout.autoscaling import autoscalers_among

    return autoscalers_among(scalers, deployment)


def _single(found: Sequence[Object] | None, name: str) -> AnyObject | None:
    return None if found is None else next((each for each in found if name_of(each) == name), ABSENT)


def _more(
    objects: Callable[[str], Sequence[Object] | None], refs: Mapping[str, ObjectRef]
) -> Iterator[tuple[str, AnyObject]]:
    """Yield what a group has beside what every group has and what scales it, as far as that was read."""
    for key, ref in refs.items():
        if key in (*OF_EVERY_GROUP, GRPC_ROUTE, SCALED_OBJECT):
            continue
        if (found := _single(objects(ref.kind), ref.name)) is not None:
            yield key, found


def seen_in(found: Found, record: Record) -> Snapshot:
    """Return the snapshot of a group in what one look found; ReplicaSets and pods of another are left out."""
    own = own_labels(record).items()

    def objects(kind: str) -> Sequence[Object] | None:
        every = found.objects.get(kind)
        if kind not in ("ReplicaSet", "Pod") or not every:
            return every
        return [each for each in every if own <= labels_of(each).items()]

    return snapshot_from(objects, found.taken, record, refs_in(record))


def watched(watch: Watch, record: Record) -> Snapshot:
    """Return what a watch of the selections knows; a Deployment of another group is none."""
    own = own_labels(record).items()

    def objects(kind: str) -> list[Object] | None:
        found = watch.objects(kind)
        if kind != "Deployment" or not found:
            return found
        return [each for each in found if own <= labels_of(each).items()]

    return snapshot_from(objects, datetime.now(UTC), record, refs_in(record))


def glance(cluster: ClusterReader, record: Record) -> Snapshot:
    """Return what a group consists of, in one round trip; raises as read does."""
    chosen = own_selections(record.environment, record.name, own_labels(record), record.spec)
    return seen_in(read(cluster, chosen), record)


def read_one(cluster: ClusterReader, kind: str, namespace: str, name: str) -> Object | None:
    """Return an object, an empty one where it does not exist, None where it may not be read."""
    try:
        return cluster.get(kind, namespace, name) or {}
    except Unreadable:
        return None


def claims_of(record: Record) -> list[str]:
    """Return the names of the PersistentVolumeClaims that a group mounts."""
    return sorted({mount.name for mount in record.spec.mounts if mount.kind == "pvc"})


def objects_in(seen: Snapshot) -> list[AnyObject]:
    """Return the objects that are the group's own."""
    single = (seen.deployment, seen.service, seen.route, seen.scaled_object, *seen.more.values())
    return [*filter(None, single), *seen.replica_sets, *seen.pods, *seen.claims, *(seen.autoscalers or ())]


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
