"""Read the groups of an environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from scaling_group.at_once import at_once
from scaling_group.errors import Unreadable
from scaling_group.naming import PROJECT, environment_label, id_label, record_annotation, stack_name
from scaling_group.operations.annotation import AnnotatedRecord, read_annotation
from scaling_group.operations.context import Context
from scaling_group.operations.gather import read, snapshot_from
from scaling_group.operations.live import by_label, owner_id, refs_in
from scaling_group.operations.protocols import WARNING, Object, Report
from scaling_group.operations.views import deleted_view, stored_view, view_of
from scaling_group.reads import EVERYWHERE, MOST_NAMED, Selection
from scaling_group.records import GroupView, Record, Status
from scaling_group.rollout.drift import set_by_hand
from scaling_group.rollout.fields import condition, instant, labels_of, number, part, text
from scaling_group.spec.route_kinds import GRPC_ROUTE, HTTP_ROUTE
from scaling_group.spec.scalers import HPA

if TYPE_CHECKING:
    from scaling_group.manifests.owned import ObjectRef

#: A Deployment that became available so lately may be one that does so again and again.
LATELY = timedelta(minutes=1)
#: Part of the record of a group with a GRPCRoute, as it is written.
SPEAKS_GRPC = '"protocol":"grpc"'


def list_groups(context: Context, *, include_deleted: bool, within: str | None = None) -> list[GroupView]:
    """Return live groups by name, then, where asked for, every deleted one.

    within: only the groups of this namespace, EVERYWHERE for all; by default those of the environment's
    namespace, and those of its stacks wherever they are. Live objects are read in one LIST a kind and
    namespace; stacks only for groups that have no Deployment.
    """
    environment = context.environment
    live = _Live(context)
    seen = live.within(within or environment.namespace)
    borne_out = _borne_out(seen.deployments, seen.carried, context.report)
    views = [seen.view(record, deployment) for record, deployment in borne_out]
    views += _of_stacks(live, views, within)
    if include_deleted:
        # What is not gone yet is among the others already, and so is what a program has handed over.
        ids = {view.id for view in views}
        deleted = (record for record in context.reader.deleted(environment.id) if record.id not in ids)
        views += [deleted_view(record, seen.left_of(record)) for record in deleted]
    chosen = [view for view in views if within in (None, EVERYWHERE, view.namespace)]
    return sorted(chosen, key=lambda view: (view.status is Status.DELETED, view.name, str(view.created)))


class _Seen(NamedTuple):
    """The live objects of an environment in one namespace, or everywhere.

    carried: what each Deployment says of itself. autoscalers: of its groups, by the group's id. owned:
    ReplicaSets and pods by kind and the group's id, of groups that may be in trouble.
    """

    deployments: Sequence[Object]
    carried: Sequence[AnnotatedRecord]
    routes: dict[tuple[str, str, str], Object]
    autoscalers: dict[str, list[Object]]
    owned: Mapping[str, Mapping[str, list[Object]]] = MappingProxyType({})

    def view(self, record: Record, deployment: Object) -> GroupView:
        """Return the group with what somebody has set by hand of all that one can see at a glance."""
        refs = refs_in(record)
        objects = {"Deployment": [deployment], **self._routes_of(record, refs)}
        objects |= {HPA: self.autoscalers.get(record.id, [])}
        objects |= {kind: each.get(record.id, []) for kind, each in self.owned.items()}
        view = view_of(record, snapshot_from(objects.get, datetime.now(UTC), record, refs))
        spec = record.spec
        fixed = None if spec.autoscale or record.scaled_by_others else spec.replicas
        by_hand = set_by_hand(fixed, spec.image, deployment)
        return view.model_copy(update={"drift": tuple(map(str, by_hand))}) if by_hand else view

    def left_of(self, record: Record) -> list[Object]:
        """Return what is seen of a deleted group without a Deployment: its routes."""
        routes = [each for found in self._routes_of(record, refs_in(record)).values() for each in found]
        return [each for each in routes if owner_id(each, record.environment) == record.id]

    def _routes_of(self, record: Record, refs: Mapping[str, ObjectRef]) -> dict[str, list[Object]]:
        """Return the routes of a group by kind."""
        found: dict[str, list[Object]] = {HTTP_ROUTE: [], GRPC_ROUTE: []}
        for kind, name in refs.values():
            if route := self.routes.get((kind, record.environment.namespace, name)):
                found[kind].append(route)
        return found

    def deployment_of(self, record: Record) -> Object | None:
        """Return the Deployment of a record's name and id, whatever record it carries."""
        named = (d for d in self.deployments if _place(d) == _place_of(record))
        return next((d for d in named if owner_id(d, record.environment) == record.id), None)


@dataclass(frozen=True)
class _Live:
    """Looks at namespaces of the cluster, at each of them once."""

    context: Context
    looks: dict[str, _Seen] = field(default_factory=dict)

    def within(self, namespace: str) -> _Seen:
        """Return what is there; raises Unreadable where that may not be read."""
        if EVERYWHERE in self.looks:
            return self.looks[EVERYWHERE]
        if namespace not in self.looks:
            self.looks[namespace] = self._look(namespace)
        return self.looks[namespace]

    def _look(self, namespace: str) -> _Seen:
        environment, cluster = self.context.environment, self.context.cluster
        labels = {environment_label(environment.label_domain): environment.id}
        further = [
            # A cluster of private groups alone may not know what a route is.
            Selection(HTTP_ROUTE, namespace, labels=labels, needed=environment.gateway is not None),
            Selection(HPA, namespace, labels=labels),
        ]
        # Records are read while the API server is busy with the routes.
        asked: dict[str, Callable[[], Any]] = {
            "own": partial(self._deployments, namespace, labels),
            "further": partial(read, cluster, further),
        }
        (deployments, carried), found = at_once(asked).values()
        key = id_label(environment.label_domain)
        routes = [
            *found.objects.get(HTTP_ROUTE, ()),
            *self._grpc_routes(deployments, namespace, labels),
        ]
        seen = _Seen(
            deployments,
            carried,
            {(route["kind"], *_place(route)): route for route in routes},
            by_label(key, found.objects.get(HPA, ())),
        )
        troubled = tuple(sorted({text(labels_of(o), key) for o in seen.deployments if _in_trouble(o)}))
        if not troubled:
            return seen
        owned = {key: troubled} if len(troubled) <= MOST_NAMED else labels
        chosen = [
            Selection("Pod", namespace, labels=owned, needed=True),
            Selection("ReplicaSet", namespace, labels=owned),
        ]
        more = read(cluster, chosen)
        return seen._replace(owned={kind: by_label(key, more.objects[kind]) for kind in more.objects})

    def _deployments(
        self, namespace: str, labels: Mapping[str, str]
    ) -> tuple[Sequence[Object], Sequence[AnnotatedRecord]]:
        wanted = Selection("Deployment", namespace, labels=labels, needed=True)
        found = read(self.context.cluster, [wanted]).of("Deployment")
        return found, list(map(read_annotation, found))

    def _grpc_routes(
        self, deployments: Sequence[Object], namespace: str, labels: Mapping[str, str]
    ) -> Sequence[Object]:
        """Return the GRPCRoutes, which are read only where a record speaks of gRPC: few clusters have any."""
        key = record_annotation(self.context.environment.label_domain)
        if not any(SPEAKS_GRPC in text(each, "metadata", "annotations", key) for each in deployments):
            return ()
        chosen = Selection(GRPC_ROUTE, namespace, labels=labels)
        return read(self.context.cluster, [chosen]).objects.get(GRPC_ROUTE, ())


def _of_stacks(live: _Live, shown: list[GroupView], within: str | None) -> Iterator[GroupView]:
    """Yield the live groups of stacks that are not shown yet."""
    places = {(view.namespace, view.name) for view in shown}
    # The stack of a program's group is another one, and one of ours may have the same name elsewhere.
    ours = [v.name for v in shown if v.source == f"{PROJECT}/{stack_name(v.environment, v.name)}"]
    context = live.context
    for state in context.reader.read_all(context.environment.id, frozenset(ours)):
        record = state.record if state.live else None
        if record is None:
            if state.trouble:
                context.report(f"{WARNING}{state.trouble}")
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


def _borne_out(
    deployments: Sequence[Object], carried: Sequence[AnnotatedRecord], report: Report
) -> list[tuple[Record, Object]]:
    """Return the records that Deployments bear out, and say of each other one that it is left out."""
    for each in carried:
        if each.ignored:
            report(f"{WARNING}{each.ignored}")
    told = zip(carried, deployments, strict=True)
    return [(each.record, deployment) for each, deployment in told if each.record]


def _in_trouble(deployment: Object) -> bool:
    """Return whether it lacks pods, or has had them for a moment only: so does one whose pods crash."""
    changed = instant(condition(part(deployment, "status"), "Available"), "lastTransitionTime")
    lately = changed is not None and datetime.now(UTC) - changed < LATELY
    return lately or bool(number(deployment, "status", "unavailableReplicas"))


def _place(found: Object) -> tuple[str, str]:
    return str(found["metadata"].get("namespace")), str(found["metadata"]["name"])


def _place_of(record: Record) -> tuple[str, str]:
    return record.environment.namespace, record.name
