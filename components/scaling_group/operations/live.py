"""The three objects of a group as they are in the cluster."""

from __future__ import annotations

from functools import partial

from scaling_group.at_once import at_once
from scaling_group.naming import id_label
from scaling_group.operations.protocols import KINDS, ClusterReader, Object
from scaling_group.records import Record
from scaling_group.spec.environment import EnvironmentSpec


def live_objects(cluster: ClusterReader, environment: EnvironmentSpec, name: str) -> dict[str, Object | None]:
    """Return the objects of a name by kind, None for one that does not exist; whoever made them."""
    return at_once({kind: partial(cluster.get, kind, environment.namespace, name) for kind in KINDS})


def owner_id(found: Object, environment: EnvironmentSpec) -> str | None:
    """Return the id of the group that an object is of, None where it carries none."""
    owner = (found["metadata"].get("labels") or {}).get(id_label(environment.label_domain))
    return str(owner) if owner else None


def is_of(record: Record, found: Object) -> bool:
    """Return whether an object carries the group's id."""
    return owner_id(found, record.environment) == record.id


def uid_of(found: Object) -> str:
    """Return what tells an object from every other that has had its name."""
    return str(found["metadata"].get("uid", ""))
