"""Read one group."""

from __future__ import annotations

from scaling_group.errors import NotFound
from scaling_group.operations.protocols import ClusterReader, Reader, State
from scaling_group.operations.views import annotated_record, stored_view
from scaling_group.operations.wait import observe
from scaling_group.records import GroupView, Record
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.rejection import did_you_mean


def get(reader: Reader, cluster: ClusterReader, environment: EnvironmentSpec, name: str) -> GroupView:
    """Return a group with its live status, a deleted one from its record; raises NotFound."""
    state = reader.read(environment.id, name)
    record = known_record(state, cluster, environment, name)
    if state.record and not state.live:
        return stored_view(record, live=False)
    return observe(cluster, record)[0]


def known_record(state: State, cluster: ClusterReader, environment: EnvironmentSpec, name: str) -> Record:
    """Return the record from the stack, else from the Deployment; raises NotFound."""
    if state.record:
        return state.record
    deployment = cluster.get("Deployment", environment.namespace, name)
    record = annotated_record(deployment) if deployment else None
    if record is None or record.environment.id != environment.id:
        raise no_such_group(cluster, environment, name)
    return record


def no_such_group(cluster: ClusterReader, environment: EnvironmentSpec, name: str) -> NotFound:
    """Return the error for a name that nothing is known of, with a near miss where there is one."""
    labels = {"app.kubernetes.io/managed-by": "scaling-group"}
    deployments = cluster.list_objects("Deployment", environment.namespace, labels)
    near = did_you_mean(name, [str(d["metadata"]["name"]) for d in deployments])
    return NotFound(
        f"there is no scaling group {name!r} in environment {environment.id}.{near}",
        resolution="See what there is with: scaling-group list",
    )
