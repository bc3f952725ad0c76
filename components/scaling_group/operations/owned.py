"""What has to be true of a group before it is changed: it lives, here, and is ours."""

from __future__ import annotations

from collections.abc import Sequence

from scaling_group.errors import Conflict, NotFound
from scaling_group.operations.get import Origin, known_record
from scaling_group.operations.live import live_objects, owner_id
from scaling_group.operations.preflight import check_same_cluster
from scaling_group.operations.protocols import KINDS, ClusterReader, Object, State
from scaling_group.operations.wait import surviving
from scaling_group.records import Record
from scaling_group.spec.environment import EnvironmentSpec


def owned_record(
    state: State, cluster: ClusterReader, environment: EnvironmentSpec, name: str, uid: str
) -> Record:
    """Return the record of a live group of this backend and this cluster.

    Raises NotFound where there is none (or no more), Conflict where it belongs to another stack,
    backend or cluster.
    """
    record, origin = known_record(state, cluster, environment, name)
    if origin is Origin.FOREIGN:
        raise Conflict(
            f"{name} belongs to another stack or backend than the one in use",
            detail=f"The Pulumi stack {record.owner} owns it, which is not in this backend.",
            resolution="Change it with the program of that stack, or use the backend that holds the stack.",
        )
    if origin is Origin.DELETED:
        raise NotFound(
            f"{name} is already deleted",
            resolution="See it with: scaling-group list --include-deleted; "
            f"bring it back with: scaling-group restore --name={name}",
        )
    check_same_cluster(record, environment, uid)
    return record


def deletable_record(
    state: State, cluster: ClusterReader, environment: EnvironmentSpec, name: str, uid: str
) -> Record:
    """Return the record of a live group, or of a deleted one whose objects are not gone.

    Raises as owned_record does.
    """
    record, origin = known_record(state, cluster, environment, name)
    if origin is Origin.DELETED and surviving(cluster, record):
        check_same_cluster(record, environment, uid)
        return record
    return owned_record(state, cluster, environment, name, uid)


def our_objects(
    cluster: ClusterReader, record: Record, kinds: Sequence[str] = KINDS
) -> dict[str, Object | None]:
    """Return the live objects by kind; raises Conflict where one of these carries another id, or none.

    After this an update may take back fields that somebody else has changed.
    """
    namespace = record.environment.namespace
    live = live_objects(cluster, record.environment, record.name)
    for kind, found in live.items():
        if found and kind in kinds and owner_id(found, record.environment) != record.id:
            raise Conflict(
                f"the {kind} {namespace}/{record.name} does not belong to this group",
                detail=f"It does not carry the id {record.id}: it was recreated by somebody else.",
                resolution=f"Delete it first: kubectl delete {kind.lower()} -n {namespace} {record.name}",
            )
    return live
