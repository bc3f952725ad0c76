"""Read the groups of an environment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scaling_group.naming import environment_label, id_label
from scaling_group.operations.claims import claim_of
from scaling_group.operations.live import owner_id
from scaling_group.operations.protocols import WARNING, ClusterReader, Object, Reader, Report
from scaling_group.operations.views import live_view, stored_view
from scaling_group.records import GroupView, Record, Status
from scaling_group.rollout.fields import condition, instant, number, part
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.spec.environment import EnvironmentSpec

#: A Deployment that became available so lately may be one that does so again and again.
LATELY = timedelta(minutes=1)


def list_groups(
    reader: Reader,
    cluster: ClusterReader,
    environment: EnvironmentSpec,
    report: Report,
    *,
    include_deleted: bool,
) -> list[GroupView]:
    """Return live groups by name, then, where asked for, every deleted one.

    Live objects are read in one LIST a kind; stacks only for groups that have no Deployment.
    """
    labels = {environment_label(environment.label_domain): environment.id}
    deployments = cluster.list_objects("Deployment", environment.namespace, labels)
    routes = _by_name(cluster.list_objects("HTTPRoute", environment.namespace, labels))
    pods = _pods_in_trouble(cluster, environment, labels, deployments)

    def live(record: Record, deployment: Object) -> GroupView:
        route, own = routes.get(record.name, {}), pods.get(record.id, [])
        return live_view(record, Snapshot(deployment, route=route, pods=own, taken=datetime.now(UTC)))

    views = [live(record, deployment) for record, deployment in _borne_out(deployments, report)]
    own = _own_deployments(deployments, environment)
    for state in reader.read_all(environment.id, frozenset(view.name for view in views)):
        if state.live and state.record:
            there = None if state.trouble else own.get((state.record.name, state.record.id))
            stored = stored_view(state.record, live=True, trouble=state.trouble)
            views.append(live(state.record, there) if there else stored)
        elif state.trouble:
            report(f"{WARNING}{state.trouble}")
    if include_deleted:
        views += [stored_view(record, live=False) for record in reader.deleted(environment.id)]
    return sorted(views, key=lambda view: (view.status is Status.DELETED, view.name, str(view.created)))


def _borne_out(deployments: list[Object], report: Report) -> list[tuple[Record, Object]]:
    """Return the records that Deployments bear out, and say of each other one that it is left out."""
    claims = [(claim_of(deployment), deployment) for deployment in deployments]
    for claim, _ in claims:
        if claim.ignored:
            report(f"{WARNING}{claim.ignored}")
    return [(claim.record, deployment) for claim, deployment in claims if claim.record]


def _own_deployments(
    deployments: list[Object], environment: EnvironmentSpec
) -> dict[tuple[str, str | None], Object]:
    """Return Deployments by name and id, whatever record they carry."""
    return {(str(d["metadata"]["name"]), owner_id(d, environment)): d for d in deployments}


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
