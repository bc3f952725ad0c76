"""The objects of a group as they are in the cluster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from scaling_group.at_once import at_once
from scaling_group.naming import id_label
from scaling_group.operations.protocols import KINDS, ClusterReader, Object
from scaling_group.records import Record
from scaling_group.rollout.fields import field
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec


def kinds_of(spec: GroupSpec) -> tuple[str, ...]:
    """Return the kinds of a group's objects: the three, and that of what scales it."""
    kind = spec.autoscaler_kind
    return (*KINDS, kind) if kind else KINDS


def live_objects(
    cluster: ClusterReader, environment: EnvironmentSpec, name: str, kinds: Iterable[str] = KINDS
) -> dict[str, Object | None]:
    """Return the objects of a name by kind, None for one that does not exist; whoever made them."""
    return at_once({kind: partial(cluster.get, kind, environment.namespace, name) for kind in kinds})


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


def with_live_replicas(manifest: Object, live: Mapping[str, Any], *, left: bool = False) -> Object:
    """Return what an apply sends of a Deployment that says no number of Pods, or (left) one without effect.

    An applier that lets go of a field that it alone has set resets it.
    https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership
    """
    if manifest["kind"] != "Deployment" or ("replicas" in manifest["spec"] and not left):
        return manifest
    return {**manifest, "spec": {**manifest["spec"], "replicas": field(live, "spec", "replicas")}}
