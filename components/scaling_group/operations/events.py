"""The events of a group's objects."""

from __future__ import annotations

from scaling_group.operations.gather import claims_of, events_about, own_labels, read_one
from scaling_group.operations.get import known_record
from scaling_group.operations.protocols import KINDS, ClusterReader, Reader
from scaling_group.rollout.tree import event_views
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.tree import EventView


def events(
    reader: Reader, cluster: ClusterReader, environment: EnvironmentSpec, name: str
) -> list[EventView]:
    """Return the events that the cluster still keeps, the oldest first; raises NotFound.

    They are those of the Deployment, its ReplicaSets and pods, gone ones too, the Service, the
    HTTPRoute and the volumes. A cluster keeps events for an hour.
    """
    record, _ = known_record(reader.read(environment.id, name), cluster, environment, name)
    namespace, labels = record.environment.namespace, own_labels(record)
    named = [(kind, name) for kind in KINDS] + [("PersistentVolumeClaim", c) for c in claims_of(record)]
    objects = [found for kind, each in named if (found := read_one(cluster, kind, namespace, each))]
    for kind in ("ReplicaSet", "Pod"):
        objects += cluster.list_objects(kind, namespace, labels)
    return event_views(events_about(cluster.list_objects("Event", namespace), objects))
