"""Read the groups of an environment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scaling_group.naming import environment_label, id_label
from scaling_group.operations.protocols import ClusterReader, Object, Reader
from scaling_group.operations.views import annotated_record, live_view, stored_view
from scaling_group.records import GroupView, Status
from scaling_group.rollout.fields import condition, instant, number, part
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.spec.environment import EnvironmentSpec

#: A Deployment that became available so lately may be one that does so again and again.
LATELY = timedelta(minutes=1)


def list_groups(
    reader: Reader, cluster: ClusterReader, environment: EnvironmentSpec, *, include_deleted: bool
) -> list[GroupView]:
    """Return live groups by name, then, where asked for, every deleted one.

    Live objects are read in one LIST a kind; stacks only for groups that have no Deployment.
    """
    labels = {environment_label(environment.label_domain): environment.id}
    deployments = cluster.list_objects("Deployment", environment.namespace, labels)
    routes = _by_name(cluster.list_objects("HTTPRoute", environment.namespace, labels))
    pods = _pods_in_trouble(cluster, environment, labels, deployments)
    views = [
        live_view(
            record,
            Snapshot(
                deployment,
                route=routes.get(record.name, {}),
                pods=pods.get(record.id, []),
                taken=datetime.now(UTC),
            ),
        )
        for deployment in deployments
        if (record := annotated_record(deployment))
    ]
    seen = frozenset(view.name for view in views)
    stored = reader.read_all(environment.id, seen)
    views += [
        stored_view(state.record, live=True, trouble=state.trouble)
        for state in stored
        if state.live and state.record
    ]
    if include_deleted:
        views += [stored_view(record, live=False) for record in reader.deleted(environment.id)]
    return sorted(views, key=lambda view: (view.status is Status.DELETED, view.name, str(view.created)))


def _in_trouble(deployment: Object) -> bool:
    """Return whether it lacks pods, or has had them for a moment only: so does one whose pods crash."""
    changed = instant(condition(part(deployment, "status"), "Available"), "lastTransitionTime")
    lately = changed is not None and datetime.now(UTC) - changed < LATELY
    return lately or bool(number(deployment, "status", "unavailableReplicas"))


def _by_name(objects: list[Object]) -> dict[str, Object]:
    return {str(found["metadata"]["name"]): found for found in objects}


def _pods_in_trouble(
    cluster: ClusterReader,
    environment: EnvironmentSpec,
    labels: dict[str, str],
    deployments: list[Object],
) -> dict[str, list[Object]]:
    """Return pods by group id, read only where some Deployment may be in trouble."""
    if not any(map(_in_trouble, deployments)):
        return {}
    key = id_label(environment.label_domain)
    pods: dict[str, list[Object]] = {}
    for pod in cluster.list_objects("Pod", environment.namespace, labels):
        pods.setdefault(str(pod["metadata"]["labels"].get(key)), []).append(pod)
    return pods
