"""What operations that make a revision share: its record, and the wait for it."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Interrupted
from scaling_group.operations.protocols import ClusterReader, Past, Reader, Report
from scaling_group.operations.rollout import wait_available
from scaling_group.operations.views import SETTLED
from scaling_group.operations.wait import observe
from scaling_group.records import Action, GroupView, Interruption, Record, now
from scaling_group.spec.group import GroupSpec


@dataclass(frozen=True)
class Signature:
    """Who makes a revision and why, and how many seconds they wait for it (None: not at all)."""

    actor: str
    timeout: float | None
    message: str = ""


def next_revision(record: Record, spec: GroupSpec, action: Action, by: Signature) -> Record:
    """Return the record of the revision after `record`."""
    return record.with_(
        spec=spec,
        revision=record.revision + 1,
        updated=now(),
        deleted=None,
        action=action,
        actor=by.actor,
        message=by.message,
    )


def noted(record: Record, reader: Reader, cluster: ClusterReader) -> Record:
    """Return the record with what the operation before can no longer say: that it was killed, that
    its revision is available, or that a revision came to nothing whose number is used all the same.
    """
    newest = _newest(record, reader)
    reached = newest.record.revision if newest else 0
    if reached < record.revision:
        killed = Interruption(
            revision=record.revision, action=record.action, time=record.updated, actor=record.actor
        )
        record = record.with_(interrupted=(*record.interrupted, killed))
    seen = seen_available(cluster, record)
    return seen.with_(revision=max(reached, record.revision))


def unfinished(record: Record, reader: Reader) -> bool:
    """Return whether the operation that made a live group's record was killed, and is in no history, or
    failed: an engine whose command is killed says so, also after its last object.
    """
    newest = _newest(record, reader)
    if newest is None or newest.record.revision < record.revision:
        return True
    return newest.record.revision == record.revision and not newest.succeeded


def _newest(record: Record, reader: Reader) -> Past | None:
    newest = reader.newest(record.environment.id, record.name)
    return newest if newest and newest.record.id == record.id else None


def seen_available(cluster: ClusterReader, record: Record) -> Record:
    """Return the record with its revision noted as the newest available one, if it is that now."""
    view, _ = observe(cluster, record)
    return record.with_(last_available=record.revision) if view.status in SETTLED else record


def wait(cluster: ClusterReader, record: Record, timeout: float | None, report: Report) -> GroupView:
    """Return the group as it is, or once it is available; raises Failed, and Interrupted on Ctrl-C."""
    if timeout is None:
        return observe(cluster, record)[0]
    try:
        return wait_available(cluster, record, timeout, report)
    except KeyboardInterrupt:
        raise Interrupted(
            f"interrupted: revision {record.revision} of {record.name} is applied, but the command "
            "no longer waits for it",
            resolution=f"See it with: scaling-group get --name={record.name}",
        ) from None
