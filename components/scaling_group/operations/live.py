"""The objects of a group as they are in the cluster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from scaling_group.at_once import at_once
from scaling_group.errors import Conflict
from scaling_group.naming import NAME_LABEL, environment_label, id_label, object_key
from scaling_group.operations.protocols import ClusterReader, Held, Object, State
from scaling_group.records import Record
from scaling_group.rollout.fields import field, labels_of, text
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec

if TYPE_CHECKING:
    from scaling_group.manifests.owned import ObjectRef


def refs_of(spec: GroupSpec, environment: EnvironmentSpec) -> dict[str, ObjectRef]:
    """Return kind and name of each object of a group, by what tells it apart (naming.object_key)."""
    from scaling_group.manifests.owned import owned_objects

    return {object_key(*ref, spec.name): ref for ref in owned_objects(spec, environment)}


def refs_in(record: Record) -> dict[str, ObjectRef]:
    """Return kind and name of each object of a recorded group."""
    return refs_of(record.spec, record.environment)


def held_in(state: State, record: Record) -> list[tuple[str, Held]]:
    """Return what a stack holds with what tells it apart among the objects of its group."""
    return [(object_key(held.kind, held.name, record.name), held) for held in state.held]


def live_objects(
    cluster: ClusterReader, namespace: str, refs: Mapping[str, ObjectRef]
) -> dict[str, Object | None]:
    """Return objects by what tells them apart, None for one that does not exist; whoever made them."""
    return at_once({key: partial(cluster.get, ref.kind, namespace, ref.name) for key, ref in refs.items()})


def owner_id(found: Object, environment: EnvironmentSpec) -> str | None:
    """Return the id of the group that an object is of, None where it carries none."""
    owner = (found["metadata"].get("labels") or {}).get(id_label(environment.label_domain))
    return str(owner) if owner else None


def by_label(key: str, objects: Iterable[Object]) -> dict[str, list[Object]]:
    """Return objects by the value of a label."""
    by_value: dict[str, list[Object]] = {}
    for found in objects:
        by_value.setdefault(text(labels_of(found), key), []).append(found)
    return by_value


class GroupName(NamedTuple):
    """Environment and name of a group, as the labels of its objects say."""

    environment: str
    name: str


def group_of(found: Object, environment: EnvironmentSpec) -> GroupName | None:
    """Return the group that an object is of, None where its labels name none."""
    labels = labels_of(found)
    name = text(labels, NAME_LABEL)
    where = text(labels, environment_label(environment.label_domain))
    return GroupName(where, name) if where and name else None


def not_ours(kind: str, namespace: str, name: str, why: str) -> Conflict:
    """Return the error for an object in the place of one of a group's."""
    return Conflict(
        f"the {kind} {namespace}/{name} does not belong to this group",
        detail=why,
        resolution=f"Delete it first: kubectl delete {kind.lower()} -n {namespace} {name}",
    )


def is_of(record: Record, found: Object) -> bool:
    """Return whether an object carries the group's id."""
    return owner_id(found, record.environment) == record.id


def uid_of(found: Object) -> str:
    """Return what tells an object from every other that has had its name."""
    return str(found["metadata"].get("uid", ""))


def with_live_replicas(manifest: Object, live: Mapping[str, Any], *, left: bool = False) -> Object:
    """Return what an apply sends of a Deployment that says no number of Pods, or (left) one without effect.

    An applier that lets go of a field that it alone has set resets it.
    https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership
    """
    if manifest["kind"] != "Deployment" or ("replicas" in manifest["spec"] and not left):
        return manifest
    return {**manifest, "spec": {**manifest["spec"], "replicas": field(live, "spec", "replicas")}}
