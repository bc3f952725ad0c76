"""Groups whose namespace or cluster is gone, or is not where the settings lead."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Conflict, ScalingGroupError, Unreachable, Unreadable
from scaling_group.operations.context import Context
from scaling_group.operations.preflight import other_cluster
from scaling_group.operations.protocols import WARNING, Object, State
from scaling_group.records import Record
from scaling_group.rollout.fields import instant


@dataclass(frozen=True)
class LostGroup:
    """A group that lives for its stack, and whose objects cannot be where the settings lead.

    gone: whether all speaks for it that they exist nowhere. Without that the settings may lead to a wrong
    cluster. refusal: the error for what needs the objects.
    """

    record: Record
    state: State
    why: str
    gone: bool
    refusal: ScalingGroupError

    def check_given_up(self, *, cluster_gone: bool) -> None:
        """Raise where neither the cluster nor the user says that the objects are gone."""
        if not (self.gone or cluster_gone):
            raise self.refusal

    @property
    def warning(self) -> str:
        return f"{WARNING}{self.why}. Objects of it that still exist elsewhere are left alone"


def find_lost(context: Context, name: str) -> LostGroup | None:
    """Return a group of this backend whose namespace is gone or another one by now; None for every other.

    One request. Raises Unreadable where the namespace may not be read.
    """
    state = context.reader.read(context.environment.id, name)
    record = state.record
    if not (record and state.live and record.namespace_uid):
        return None
    namespace = record.environment.namespace
    if namespace != context.environment.namespace:
        return None
    try:
        found = context.cluster.get("Namespace", "", namespace)
    except Unreadable:
        raise
    except Unreachable as error:
        return LostGroup(record, state, error.message, gone=False, refusal=_unreached(name, error))
    if found and found["metadata"]["uid"] == record.namespace_uid:
        return None
    same_context = state.context in (None, context.cluster.context)
    return _lost(record, state, found, same_context=same_context)


def _lost(record: Record, state: State, namespace: Object | None, *, same_context: bool) -> LostGroup:
    if namespace is None:
        why = (
            f"the namespace {record.environment.namespace!r} of {record.name} does not exist in this cluster"
        )
        refusal = Conflict(why, resolution=other_cluster(record, "").resolution)
        return LostGroup(record, state, why, same_context, refusal)
    refusal = other_cluster(record, str(namespace["metadata"]["uid"]))
    made = instant(namespace, "metadata", "creationTimestamp")
    if not (made and record.updated and made > record.updated):
        return LostGroup(record, state, refusal.message, gone=False, refusal=refusal)
    why = (
        f"the namespace {record.environment.namespace!r} was created after the last change of {record.name}, "
        "whose objects went with the one before, or are in another cluster"
    )
    return LostGroup(record, state, why, same_context, refusal)


def _unreached(name: str, error: Unreachable) -> Unreachable:
    return Unreachable(
        error.message,
        detail=error.detail,
        resolution=f"{error.resolution}\nIf the cluster no longer exists, forget the group with: "
        f"scaling-group delete --name={name} --purge --cluster-gone",
    )
