"""Read the groups of an environment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from scaling_group.errors import Unreadable
from scaling_group.naming import PROJECT, environment_label, id_label, stack_name
from scaling_group.operations.claims import claim_of
from scaling_group.operations.live import owner_id
from scaling_group.operations.protocols import WARNING, ClusterReader, Object, Reader, Report
from scaling_group.operations.views import live_view, stored_view
from scaling_group.reads import EVERYWHERE
from scaling_group.records import GroupView, Record, Status
from scaling_group.rollout.drift import set_by_hand
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
    within: str | None = None,
) -> list[GroupView]:
    """Return live groups by name, then, where asked for, every deleted one.

    within: only the groups of this namespace, EVERYWHERE for all; by default those of the environment's
    namespace, and those of its stacks wherever they are. Live objects are read in one LIST a kind and
    namespace; stacks only for groups that have no Deployment.
    """
    live = _Live(cluster, environment)
    seen = live.within(within or environment.namespace)
    views = [seen.view(record, deployment) for record, deployment in _borne_out(seen.deployments, report)]
    views += _of_stacks(reader, live, report, views, within)
    if include_deleted:
        views += [stored_view(record, live=False) for record in reader.deleted(environment.id)]
    chosen = [view for view in views if within in (None, EVERYWHERE, view.namespace)]
    return sorted(chosen, key=lambda view: (view.status is Status.DELETED, view.name, str(view.created)))


@dataclass(frozen=True)
class _Seen:
    """The live objects of an environment in one namespace, or everywhere; pods are by the group's id."""

    deployments: list[Object]
    routes: dict[tuple[str, str], Object]
    pods: dict[str, list[Object]]

    def view(self, record: Record, deployment: Object) -> GroupView:
        """Return the group with what somebody has set by hand of all that one can see at a glance."""
        route, own = self.routes.get(_place_of(record), {}), self.pods.get(record.id, [])
        view = live_view(record, Snapshot(deployment, route=route, pods=own, taken=datetime.now(UTC)))
        by_hand = set_by_hand(record.spec.replicas, record.spec.image, deployment)
        return view.model_copy(update={"drift": tuple(map(str, by_hand))}) if by_hand else view

    def deployment_of(self, record: Record) -> Object | None:
        """Return the Deployment of a record's name and id, whatever record it carries."""
        named = (d for d in self.deployments if _place(d) == _place_of(record))
        return next((d for d in named if owner_id(d, record.environment) == record.id), None)


@dataclass(frozen=True)
class _Live:
    """Looks at namespaces of the cluster, at each of them once."""

    cluster: ClusterReader
    environment: EnvironmentSpec
    looks: dict[str, _Seen] = field(default_factory=dict)

    def within(self, namespace: str) -> _Seen:
        """Return what is there; raises Unreadable where that may not be read."""
        if EVERYWHERE in self.looks:
            return self.looks[EVERYWHERE]
        if namespace not in self.looks:
            self.looks[namespace] = self._look(namespace)
        return self.looks[namespace]

    def _look(self, namespace: str) -> _Seen:
        labels = {environment_label(self.environment.label_domain): self.environment.id}
        deployments = self.cluster.list_objects("Deployment", namespace, labels)
        routes = self.cluster.list_objects("HTTPRoute", namespace, labels)
        pods: dict[str, list[Object]] = {}
        # Read only where some Deployment may be in trouble.
        if any(map(_in_trouble, deployments)):
            key = id_label(self.environment.label_domain)
            for pod in self.cluster.list_objects("Pod", namespace, labels):
                pods.setdefault(str(pod["metadata"]["labels"].get(key)), []).append(pod)
        return _Seen(deployments, {_place(route): route for route in routes}, pods)


def _of_stacks(
    reader: Reader, live: _Live, report: Report, shown: list[GroupView], within: str | None
) -> Iterator[GroupView]:
    """Yield the live groups of stacks that are not shown yet."""
    places = {(view.namespace, view.name) for view in shown}
    # The stack of a program's group is another one, and one of ours may have the same name elsewhere.
    ours = [v.name for v in shown if v.source == f"{PROJECT}/{stack_name(v.environment, v.name)}"]
    for state in reader.read_all(live.environment.id, frozenset(ours)):
        record = state.record if state.live else None
        if record is None:
            if state.trouble:
                report(f"{WARNING}{state.trouble}")
        elif _place_of(record) not in places and within in (None, EVERYWHERE, record.environment.namespace):
            yield _of_stack(record, state.trouble, live)


def _of_stack(record: Record, trouble: str, live: _Live) -> GroupView:
    if trouble:
        return stored_view(record, live=True, trouble=trouble)
    namespace = record.environment.namespace
    try:
        seen = live.within(namespace)
    except Unreadable as error:
        why = f"the namespace {namespace} cannot be read: {error.detail or error.message}"
        return stored_view(record, live=True, trouble=why)
    there = seen.deployment_of(record)
    return seen.view(record, there) if there else stored_view(record, live=True)


def _borne_out(deployments: list[Object], report: Report) -> list[tuple[Record, Object]]:
    """Return the records that Deployments bear out, and say of each other one that it is left out."""
    claims = [(claim_of(deployment), deployment) for deployment in deployments]
    for claim, _ in claims:
        if claim.ignored:
            report(f"{WARNING}{claim.ignored}")
    return [(claim.record, deployment) for claim, deployment in claims if claim.record]


def _in_trouble(deployment: Object) -> bool:
    """Return whether it lacks pods, or has had them for a moment only: so does one whose pods crash."""
    changed = instant(condition(part(deployment, "status"), "Available"), "lastTransitionTime")
    lately = changed is not None and datetime.now(UTC) - changed < LATELY
    return lately or bool(number(deployment, "status", "unavailableReplicas"))


def _place(found: Object) -> tuple[str, str]:
    return str(found["metadata"].get("namespace")), str(found["metadata"]["name"])


def _place_of(record: Record) -> tuple[str, str]:
    return record.environment.namespace, record.name
