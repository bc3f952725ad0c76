"""Read one group."""

from __future__ import annotations

from enum import Enum

from scaling_group.errors import NotFound
from scaling_group.operations.protocols import ClusterReader, Reader, State
from scaling_group.operations.views import annotated_record, stored_view
from scaling_group.operations.wait import drifted, observe
from scaling_group.records import GroupView, Record
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.rejection import did_you_mean


class Origin(Enum):
    """Where what is known of a name comes from."""

    OWN = "own"
    FOREIGN = "foreign"
    DELETED = "deleted"


def get(reader: Reader, cluster: ClusterReader, environment: EnvironmentSpec, name: str) -> GroupView:
    """Return a group with its live status, a deleted one from its record; raises NotFound."""
    record, origin = known_record(reader.read(environment.id, name), cluster, environment, name)
    if origin is Origin.DELETED:
        return stored_view(record, live=False)
    view, _ = observe(cluster, record)
    return view.model_copy(update={"drift": tuple(map(str, drifted(cluster, record)))})


def known_record(
    state: State, cluster: ClusterReader, environment: EnvironmentSpec, name: str
) -> tuple[Record, Origin]:
    """Return what is known of a name and where from; raises NotFound.

    A live group counts before a deleted one of the same name, also where another stack owns it.
    """
    if state.record and state.live:
        return state.record, Origin.OWN
    deployment = cluster.get("Deployment", environment.namespace, name)
    found = annotated_record(deployment) if deployment else None
    if found and found.environment.id == environment.id and found.id != getattr(state.record, "id", None):
        return found, Origin.FOREIGN
    if state.record:
        return state.record, Origin.DELETED
    raise no_such_group(cluster, environment, name)


def no_such_group(cluster: ClusterReader, environment: EnvironmentSpec, name: str) -> NotFound:
    """Return the error for a name that nothing is known of, with a near miss where there is one."""
    labels = {"app.kubernetes.io/managed-by": "scaling-group"}
    deployments = cluster.list_objects("Deployment", environment.namespace, labels)
    near = did_you_mean(name, [str(d["metadata"]["name"]) for d in deployments])
    return NotFound(
        f"there is no scaling group {name!r} in environment {environment.id}.{near}",
        resolution="See what there is with: scaling-group list",
    )
