"""A record joined with live objects."""

from __future__ import annotations

from scaling_group.records import GroupView, Record, Replicas, Status
from scaling_group.rollout.fields import instant
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.rollout.status import Judgement, judge
from scaling_group.spec.warnings import warnings_of

#: What a wait is for.
SETTLED = (Status.AVAILABLE, Status.SCALED_TO_ZERO)


def view_of(record: Record, seen: Snapshot) -> GroupView:
    """Return the view of a group that is not deleted."""
    return live_view(record, seen) if seen.deployment else stored_view(record, live=True)


def live_view(record: Record, seen: Snapshot) -> GroupView:
    """Return the view of a group whose Deployment exists."""
    # The record of a plain program holds no times; its Deployment knows.
    made = record.created or instant(seen.deployment, "metadata", "creationTimestamp")
    return _view(record.with_(created=made), judge(seen))


def stored_view(record: Record, *, live: bool, trouble: str = "") -> GroupView:
    """Return the view of a group without a Deployment.

    live: its stack still holds resources. trouble: why nobody can tell.
    """
    desired = Replicas(desired=record.spec.replicas if live else 0)
    if trouble:
        return _view(record, Judgement(Status.UNKNOWN, trouble, desired))
    if live:
        reason = "its Deployment does not exist in the cluster"
        return _view(record, Judgement(Status.FAILED, reason, desired))
    return _view(record, Judgement(Status.DELETED, "", desired))


def _view(record: Record, judged: Judgement) -> GroupView:
    return GroupView(
        id=record.id,
        name=record.name,
        environment=record.environment.id,
        namespace=record.environment.namespace,
        image=record.spec.image,
        status=judged.status,
        reason=judged.reason,
        diagnoses=judged.diagnoses,
        replicas=judged.replicas,
        url=record.url,
        address=record.address,
        revision=record.revision,
        created=record.created,
        updated=record.updated,
        deleted=record.deleted if judged.status is Status.DELETED else None,
        spec=record.spec,
        source=record.owner,
        warnings=warnings_of(record.spec),
    )
