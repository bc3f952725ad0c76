"""A record joined with live objects."""

from __future__ import annotations

from collections.abc import Sequence

from scaling_group.operations.finalizers import ending, holds_of
from scaling_group.operations.protocols import Object
from scaling_group.records import GroupView, Record, Replicas, Status
from scaling_group.rollout.fields import instant
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.rollout.status import Judgement, judge
from scaling_group.spec.warnings import warnings_of

#: What a wait is for.
SETTLED = (Status.AVAILABLE, Status.SCALED_TO_ZERO)


def view_of(record: Record, seen: Snapshot) -> GroupView:
    """Return the view of a group that is not deleted, as far as its stack knows."""
    if not seen.deployment:
        return stored_view(record, live=True)
    deployment = dict(seen.deployment)
    if ending(deployment):
        return deleted_view(record, [deployment])
    return live_view(record, seen)


def live_view(record: Record, seen: Snapshot) -> GroupView:
    """Return the view of a group whose Deployment exists."""
    # The record of a plain program holds no times; its Deployment knows.
    if record.created is None:
        record = record.with_(created=instant(seen.deployment, "metadata", "creationTimestamp"))
    view = _view(record, judge(seen))
    if not seen.autoscalers and not seen.scaled_object:
        return view
    # Loaded where something scales: most groups have a fixed number of Pods.
    from scaling_group.rollout.autoscaling import autoscaler_of

    scaled_by = autoscaler_of(seen)
    return view.model_copy(update={"autoscaler": scaled_by}) if scaled_by else view


def deleted_view(record: Record, left: Sequence[Object]) -> GroupView:
    """Return the view of a deleted group; left: its objects that are not gone yet."""
    return _view(record, Judgement(Status.DELETED, _left(record, left), Replicas()))


def _left(record: Record, left: Sequence[Object]) -> str:
    kinds = ", ".join(dict.fromkeys(str(found["kind"]) for found in left))
    if not all(map(ending, left)):
        return f"not gone yet: {kinds}; finish with: scaling-group delete --name={record.name}"
    holds = ", ".join(str(hold) for found in left for hold in holds_of(found))
    return f"not gone yet: {kinds}" + (f"; waits for {holds}" if holds else "") if left else ""


def stored_view(record: Record, *, live: bool, trouble: str = "") -> GroupView:
    """Return the view of a group without a Deployment.

    live: its stack still holds resources. trouble: why nobody can tell.
    """
    desired = Replicas(desired=record.spec.fewest if live else 0)
    if trouble:
        return _view(record, Judgement(Status.UNKNOWN, trouble, desired))
    if live:
        reason = "its Deployment does not exist in the cluster"
        return _view(record, Judgement(Status.FAILED, reason, desired))
    return deleted_view(record, ())


def _view(record: Record, judged: Judgement) -> GroupView:
    urls = record.urls
    return GroupView(
        id=record.id,
        name=record.name,
        environment=record.environment.id,
        namespace=record.environment.namespace,
        image=record.spec.image,
        status=judged.status,
        reason=judged.reason,
        diagnoses=judged.diagnoses,
        notes=judged.notes,
        replicas=judged.replicas,
        url=urls[0] if urls else "",
        urls=urls,
        address=record.address,
        revision=record.revision,
        created=record.created,
        updated=record.updated,
        deleted=record.deleted if judged.status is Status.DELETED else None,
        spec=record.spec,
        source=record.owner,
        warnings=warnings_of(record.spec),
    )
