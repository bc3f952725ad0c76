"""What operations that make a revision share: its record, and the wait for it."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Interrupted, Unreachable
from scaling_group.operations.context import AllowedSpec, Context
from scaling_group.operations.gather import glance
from scaling_group.operations.observed import ObservedGroup
from scaling_group.operations.protocols import Past, Reader
from scaling_group.operations.rollout import wait_available
from scaling_group.operations.views import SETTLED, view_of
from scaling_group.records import Action, GroupView, Interruption, Record, now


@dataclass(frozen=True)
class ChangeOptions:
    """Who makes a revision and why, and how many seconds they wait for it (None: not at all).

    backend: the URL of the one that holds the record, without credentials.
    """

    actor: str
    timeout: float | None
    message: str = ""
    backend: str = ""


def next_revision(record: Record, allowed: AllowedSpec, action: Action, by: ChangeOptions) -> Record:
    """Return the record of the revision after `record`."""
    return record.with_(
        spec=allowed.spec,
        environment=allowed.environment,
        revision=record.revision + 1,
        updated=now(),
        deleted=None,
        action=action,
        actor=by.actor,
        message=by.message,
        backend=by.backend,
    )


def with_previous_outcome(group: ObservedGroup, newest: Past | None) -> Record:
    """Return the record with what the operation before can no longer say: that it was killed, that
    its revision is available, or that a revision came to nothing whose number is used all the same.

    newest: of newest_operation.
    """
    record = group.record
    reached = newest.record.revision if newest else 0
    if reached < record.revision:
        killed = Interruption(
            revision=record.revision, action=record.action, time=record.updated, actor=record.actor
        )
        record = record.with_(interrupted=(*record.interrupted, killed))
    if settled(group):
        record = record.with_(last_available=record.revision)
    return record.with_(revision=max(reached, record.revision))


def unfinished(record: Record, reader: Reader) -> bool:
    """Return whether the operation that made a live group's record was killed, and is in no history, or
    failed: an engine whose command is killed says so, also after its last object.
    """
    return not finished(record, newest_operation(record, reader))


def finished(record: Record, newest: Past | None) -> bool:
    """Return whether the operation that made a record has ended well; newest: of newest_operation."""
    if newest is None or newest.record.revision < record.revision:
        return False
    return newest.record.revision != record.revision or newest.succeeded


def settled(group: ObservedGroup) -> bool:
    """Return whether a group is what a wait waits for."""
    return group.view.status in SETTLED


def newest_operation(record: Record, reader: Reader) -> Past | None:
    """Return the newest operation on a group that has ended, None where its history knows of none."""
    newest = reader.newest(record.environment.id, record.name)
    if newest and newest.record.revision < record.revision:
        # The last entry by time may be of a writer whose clock is ahead.
        newest = next(reversed(reader.history(record.environment.id, record.name)), None)
    return newest if newest and newest.record.id == record.id else None


def wait(context: Context, record: Record, timeout: float | None) -> GroupView:
    """Return the group as it is, or once it is available.

    Raises Failed, Unreachable, and Interrupted on Ctrl-C.
    """
    applied = f"revision {record.revision} of {record.name} is applied"
    see = f"See it with: scaling-group get --name={record.name}"
    if timeout is None:
        try:
            return view_of(record, glance(context.cluster, record))
        except Unreachable as away:
            raise Unreachable(
                away.message, detail=f"{away.detail}\n{applied.capitalize()}.", resolution=see
            ) from None
    try:
        return wait_available(context, record, timeout)
    except KeyboardInterrupt:
        raise Interrupted(
            f"interrupted: {applied}, but the command no longer waits for it", resolution=see
        ) from None
