"""What there is of a group: its record and where that comes from, its stack, and its live objects.

Every verb and every view is a function of this one object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, partial
from typing import Any

from scaling_group.at_once import at_once
from scaling_group.errors import NotFound, Unreadable, did_you_mean
from scaling_group.naming import environment_label, record_annotation
from scaling_group.operations.annotation import AnnotatedRecord, annotated_record, read_annotation
from scaling_group.operations.context import Context
from scaling_group.operations.gather import (
    Found,
    further_selections,
    name_labels,
    own_labels,
    own_selections,
    read,
    seen_in,
)
from scaling_group.operations.live import is_of, refs_in
from scaling_group.operations.protocols import Object, State
from scaling_group.operations.views import deleted_view, view_of
from scaling_group.reads import Selection
from scaling_group.records import GroupView, Record
from scaling_group.rollout.drift import changed_by_others, drift
from scaling_group.rollout.fields import name_of
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.rollout.status import needs_evidence
from scaling_group.rollout.tree import tree_of
from scaling_group.spec.change import LiveChange
from scaling_group.spec.scalers import HPA, SCALED_OBJECT


class Origin(Enum):
    """Where what is known of a name comes from."""

    OWN = "own"
    FOREIGN = "foreign"
    DELETED = "deleted"


@dataclass(frozen=True)
class KnownGroup:
    """What the stack, or the annotation of a Deployment, tells of a name."""

    record: Record
    origin: Origin
    state: State


@dataclass(frozen=True)
class ObservedGroup(KnownGroup):
    """A group at one moment.

    seen: its live objects. refused: why objects of a kind could not be read. uid: what tells this
    cluster from others, empty where nobody asked. admitted: fields that an apply of ours leaves as they are.
    """

    seen: Snapshot
    refused: Mapping[str, Unreadable]
    uid: str = ""
    admitted: frozenset[str] = frozenset()

    @property
    def objects(self) -> dict[str, Object | None]:
        """The live objects by naming.object_key, None for a missing one; raises Unreadable for one unread."""
        refs = refs_in(self.record)
        for kind, _ in refs.values():
            if kind in self.refused:
                raise self.refused[kind]
        return {key: found for key, found in objects_of(self.record, self.seen).items() if key in refs}

    @property
    def others_autoscaler(self) -> Object | None:
        """The HorizontalPodAutoscaler of somebody else that scales the group, where that is known."""
        if not self.seen.autoscalers:
            return None
        # Loaded where something scales: most groups have a fixed number of Pods.
        from scaling_group.rollout.autoscaling import is_own

        deployment = self.seen.deployment
        return next((dict(each) for each in self.seen.autoscalers if not is_own(each, deployment)), None)

    @property
    def surviving(self) -> dict[str, Object]:
        """The live objects that carry the group's id, as objects; raises Unreadable for one unread."""
        return {key: found for key, found in self.objects.items() if found and is_of(self.record, found)}

    @cached_property
    def drift(self) -> list[LiveChange]:
        """What somebody has changed since the record was applied; raises Unreadable for an object unread."""
        found = drift_of(self.record, self.objects)
        return [change for change in found if change.field not in self.admitted]

    @cached_property
    def view(self) -> GroupView:
        """The group with its status."""
        if self.origin is Origin.DELETED:
            seen = objects_of(self.record, self.seen).values()
            return deleted_view(self.record, [each for each in seen if each and is_of(self.record, each)])
        return view_of(self.record, self.seen)

    @property
    def described(self) -> GroupView:
        """The group with its status, what was changed by hand, and what it consists of."""
        return self.view if self.origin is Origin.DELETED else described(self.record, self.seen)


def objects_of(record: Record, seen: Snapshot) -> dict[str, Object | None]:
    """Return the objects of a group by what tells them apart, None for a missing one, less those unread."""
    each = {
        "Deployment": seen.deployment,
        "Service": seen.service,
        seen.route_kind: seen.route,
        HPA: _named(record, seen.autoscalers),
        SCALED_OBJECT: seen.scaled_object,
        **seen.more,
    }
    return {key: dict(found) or None for key, found in each.items() if found is not None}


def _named(record: Record, autoscalers: Sequence[Mapping[str, Any]] | None) -> Mapping[str, Any] | None:
    if autoscalers is None:
        return None
    return next((each for each in autoscalers if name_of(each) == record.name), {})


def drift_of(
    record: Record, live: Mapping[str, Object | None], *, autoscalers: bool = False
) -> list[LiveChange]:
    """Return what somebody has changed in these objects since the record was applied.

    Where it has not arrived, as after a killed run, whatever differs. autoscalers: what they do too.
    """
    from scaling_group.manifests.group import objects

    wanted = objects(record.spec, record.environment, record.id, {})
    deployment = live.get("Deployment")
    applied = annotated_record(deployment) if deployment else None
    if applied is None or (applied.spec, applied.environment) != (record.spec, record.environment):
        return drift(wanted, live)
    return changed_by_others(wanted, live, autoscalers=autoscalers)


def described(record: Record, seen: Snapshot) -> GroupView:
    """Return the view of a group that is not deleted, with all that was read of it."""
    live = objects_of(record, seen)
    changes = [change for change in drift_of(record, live) if change.field.split()[0] in live]
    key = record_annotation(record.environment.label_domain)
    tree = tree_of(seen, key) if seen.deployment else None
    return view_of(record, seen).model_copy(update={"drift": tuple(map(str, changes)), "tree": tree})


def known_group(context: Context, name: str) -> KnownGroup:
    """Return what is known of a name; raises NotFound.

    A live group counts before a deleted one of the same name, also where another stack owns it. The
    cluster is asked where the stack knows of no live group.
    """
    environment = context.environment
    state = context.reader.read(environment.id, name)
    if state.record and state.live:
        return KnownGroup(state.record, Origin.OWN, state)
    return _known(context, name, state, context.cluster.get("Deployment", environment.namespace, name))


def _own(record: Record, state: State, deployment: Object | None) -> KnownGroup:
    """Return a group of this backend, or the one that another backend has made of it since."""
    carried = annotated_record(deployment) if deployment else None
    if carried and carried.id == record.id and carried.adopted > record.adopted:
        return KnownGroup(carried, Origin.FOREIGN, state)
    return KnownGroup(record, Origin.OWN, state)


def _known(context: Context, name: str, state: State, deployment: Object | None) -> KnownGroup:
    carried = read_annotation(deployment) if deployment else AnnotatedRecord()
    found, held = carried.record, state.record
    if found and found.environment.id == context.environment.id and found.id != (held.id if held else None):
        return KnownGroup(found, Origin.FOREIGN, state)
    if held:
        return KnownGroup(held, Origin.DELETED, state)
    raise _no_such_group(context, name, carried)


def observe(
    context: Context, name: str, *, state: State | None = None, causes: bool = False, identify: bool = False
) -> ObservedGroup:
    """Return a group as it is now, in one round trip; raises NotFound.

    state: of its stack, where it is read already. causes: tell why it is not well, in a second round trip
    where it is not. identify: tell this cluster from others; raises NotFound where the environment's
    namespace does not exist.
    """
    state = state or context.reader.read(context.environment.id, name)
    own = state.record if state.record and state.live else None
    environment = own.environment if own else context.environment
    labels = own_labels(own) if own else name_labels(environment, name)
    chosen = own_selections(environment, name, labels, own.spec if own else None)
    found, uid = _look(context, chosen, identify=identify)
    deployment = next(iter(found.of("Deployment")), None)
    known = _own(own, state, deployment) if own else _known(context, name, state, deployment)
    if not own and (further := further_selections(known.record.spec, known.record.environment)):
        found = found.and_also(read(context.cluster, further))
    seen = seen_in(found, known.record)
    if causes and known.origin is not Origin.DELETED and needs_evidence(seen):
        from scaling_group.operations.evidence import with_causes

        seen = with_causes(context.cluster, known.record, seen)
    return ObservedGroup(known.record, known.origin, state, seen, found.refused, uid)


def _look(context: Context, chosen: Sequence[Selection], *, identify: bool) -> tuple[Found, str]:
    if not identify:
        return read(context.cluster, chosen), ""
    from scaling_group.operations import preflight

    answers: dict[str, Any] = at_once(
        {
            "uid": partial(preflight.cluster_identity, context.cluster, context.environment),
            "found": partial(read, context.cluster, chosen),
        }
    )
    return answers["found"], answers["uid"]


def _no_such_group(context: Context, name: str, carried: AnnotatedRecord) -> NotFound:
    """Return the error for a name that nothing is known of here, with a near miss where there is one.

    carried: by the Deployment of that name; a record in it is of another environment.
    """
    environment = context.environment
    message = f"there is no scaling group {name!r} in environment {environment.id}."
    if carried.record:
        other = carried.record.environment.id
        return NotFound(
            message,
            detail=f"The group of that name in namespace {environment.namespace} is of environment {other}.",
            resolution=f"Name its environment with: --environment={other}",
        )
    labels = {environment_label(environment.label_domain): environment.id}
    deployments = context.cluster.list_objects("Deployment", environment.namespace, labels)
    near = did_you_mean(name, [str(d["metadata"]["name"]) for d in deployments])
    gone = "" if near else did_you_mean(name, context.reader.names(environment.id))
    return NotFound(
        f"{message}{near or gone}",
        detail=carried.ignored,
        resolution=f"List the groups with: scaling-group list{' --include-deleted' if gone else ''}",
    )
