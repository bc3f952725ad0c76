"""Read the groups of an environment."""

from __future__ import annotations

from scaling_group.naming import environment_label, id_label
from scaling_group.operations.protocols import ClusterReader, Object, Reader
from scaling_group.operations.views import annotated_record, live_view, stored_view
from scaling_group.records import GroupView, Record
from scaling_group.spec.environment import EnvironmentSpec


def list_groups(
    reader: Reader, cluster: ClusterReader, environment: EnvironmentSpec, *, include_deleted: bool
) -> list[GroupView]:
    """Return live groups by name, then, where asked for, deleted ones.

    Live objects are read in one LIST a kind; stacks only for groups that have no Deployment.
    """
    labels = {environment_label(environment.label_domain): environment.id}
    deployments = cluster.list_objects("Deployment", environment.namespace, labels)
    routes = _by_name(cluster.list_objects("HTTPRoute", environment.namespace, labels))
    pods = _pods_in_trouble(cluster, environment, labels, deployments)
    views = [
        live_view(record, deployment, routes.get(record.name), pods.get(record.id, []))
        for deployment in deployments
        if (record := annotated_record(deployment))
    ]
    views += _without_deployment(reader, environment, {view.name for view in views}, include_deleted)
    return sorted(views, key=lambda view: (view.deleted is not None, view.name))


def _without_deployment(
    reader: Reader, environment: EnvironmentSpec, seen: set[str], include_deleted: bool
) -> list[GroupView]:
    views = []
    for state in reader.read_all(environment.id, frozenset(seen)):
        record: Record | None = state.record
        if record and (state.live or include_deleted):
            views.append(stored_view(record, live=state.live))
    return views


def _by_name(objects: list[Object]) -> dict[str, Object]:
    return {str(found["metadata"]["name"]): found for found in objects}


def _pods_in_trouble(
    cluster: ClusterReader,
    environment: EnvironmentSpec,
    labels: dict[str, str],
    deployments: list[Object],
) -> dict[str, list[Object]]:
    """Return pods by group id, read only where some Deployment lacks some."""
    if all(not (d.get("status") or {}).get("unavailableReplicas") for d in deployments):
        return {}
    key = id_label(environment.label_domain)
    pods: dict[str, list[Object]] = {}
    for pod in cluster.list_objects("Pod", environment.namespace, labels):
        pods.setdefault(str(pod["metadata"]["labels"].get(key)), []).append(pod)
    return pods
