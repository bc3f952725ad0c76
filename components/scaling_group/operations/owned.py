"""What has to be true of a group before it is changed: it lives, here, and is ours."""

from __future__ import annotations

from collections.abc import Collection

from scaling_group.errors import Conflict, NotFound
from scaling_group.operations.context import Context
from scaling_group.operations.gone import surviving
from scaling_group.operations.live import held_in, not_ours, owner_id, refs_in
from scaling_group.operations.observed import ObservedGroup, Origin, observe
from scaling_group.operations.preflight import check_same_cluster
from scaling_group.operations.protocols import Object
from scaling_group.records import Record


def owned_group(context: Context, name: str) -> ObservedGroup:
    """Return a live group of this backend and this cluster, whose objects are its own.

    After this an update may take back fields that somebody else has changed. Raises NotFound where
    there is none (or no more), Conflict where it belongs to another stack, backend or cluster, or where
    an object of its name carries another id, or none.
    """
    group = observe(context, name, identify=True)
    check_owned(context, group)
    check_ours(group)
    return group


def deletable_group(context: Context, name: str) -> ObservedGroup:
    """Return a live group, or a deleted one whose objects are not gone; raises as owned_group does."""
    group = observe(context, name, identify=True)
    if group.origin is Origin.DELETED and _left(context, group):
        check_same_cluster(group.record, context.environment, group.uid)
    else:
        check_owned(context, group)
    # The engine deletes what the stack holds by name, whoever has made the object since.
    check_ours(group, {key for key, _ in held_in(group.state, group.record)})
    return group


def _left(context: Context, group: ObservedGroup) -> dict[str, Object]:
    elsewhere = group.record.environment.namespace != context.environment.namespace
    return surviving(context.cluster, group.record) if elsewhere else group.surviving


def check_owned(context: Context, group: ObservedGroup) -> None:
    """Raise NotFound or Conflict where a group is not a live one of this backend and cluster."""
    name, record = group.record.name, group.record
    if group.origin is Origin.FOREIGN:
        raise Conflict(
            f"{name} belongs to another stack or backend than the one in use",
            detail=owner_of(record),
            resolution="Change it with the program of that stack, or use the backend that holds the stack."
            if record.source
            else "Use the backend that holds the stack, or bring the group under this one with: "
            f"scaling-group adopt --name={name}",
        )
    if group.origin is Origin.DELETED:
        raise NotFound(
            f"{name} is already deleted",
            resolution="See it with: scaling-group list --include-deleted; "
            f"bring it back with: scaling-group restore --name={name}",
        )
    check_same_cluster(record, context.environment, group.uid)


def owner_of(record: Record) -> str:
    """Return which stack and backend hold a group, and who changed it last, as its record says."""
    if record.source:
        return f"The Pulumi stack {record.owner} owns it, which is not in this backend."
    where = (
        f"in the backend {record.backend}" if record.backend else "in a backend that its record does not name"
    )
    when = record.updated.isoformat().replace("+00:00", "Z") if record.updated else "at an unknown time"
    last = f"revision {record.revision}, {record.action or 'update'} by {record.actor or 'somebody'}, {when}"
    return f"The Pulumi stack {record.owner} {where} holds it. Its last change was {last}."


def check_ours(group: ObservedGroup, keys: Collection[str] | None = None) -> None:
    """Raise Conflict where an object carries another id than the group's, or none.

    keys: which ones, by what tells them apart; all but what scales the group where they are not named.
    """
    record, namespace = group.record, group.record.environment.namespace
    refs = refs_in(record)
    for key, found in group.objects.items():
        asked = refs[key].kind != record.spec.autoscaler_kind if keys is None else key in keys
        if found and asked and owner_id(found, record.environment) != record.id:
            kind, name = refs[key]
            why = f"It does not carry the id {record.id}: it was recreated by somebody else."
            raise not_ours(kind, namespace, name, why)
