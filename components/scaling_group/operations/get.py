"""Read one group."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from functools import partial

from scaling_group.errors import NotFound
from scaling_group.naming import record_annotation
from scaling_group.operations.claims import Claim, claim_of
from scaling_group.operations.gather import gather
from scaling_group.operations.protocols import ClusterReader, Reader, State
from scaling_group.operations.views import live_view, stored_view
from scaling_group.operations.wait import drift_of, drifted
from scaling_group.records import GroupView, Record
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.rollout.tree import tree_of
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.rejection import did_you_mean

#: Asked for only where a name is not found.
Names = Callable[[], Iterable[str]]


class Origin(Enum):
    """Where what is known of a name comes from."""

    OWN = "own"
    FOREIGN = "foreign"
    DELETED = "deleted"


def get(reader: Reader, cluster: ClusterReader, environment: EnvironmentSpec, name: str) -> GroupView:
    """Return a group with its live status, a deleted one from its record; raises NotFound."""
    state, names = reader.read(environment.id, name), partial(reader.names, environment.id)
    record, origin = known_record(state, cluster, environment, name, names)
    if origin is Origin.DELETED:
        return stored_view(record, live=False)
    seen = gather(cluster, record)
    if seen is None:
        missing = tuple(map(str, drifted(cluster, record)))
        return stored_view(record, live=True).model_copy(update={"drift": missing})
    return described(record, seen)


def described(record: Record, seen: Snapshot) -> GroupView:
    """Return the view of a live group with all that was read of it."""
    read = {"Deployment": seen.deployment, "Service": seen.service, "HTTPRoute": seen.route}
    found = {kind: dict(each) or None for kind, each in read.items() if each is not None}
    changes = [change for change in drift_of(record, found) if change.field.split()[0] in found]
    key = record_annotation(record.environment.label_domain)
    more = {"drift": tuple(map(str, changes)), "tree": tree_of(seen, key)}
    return live_view(record, seen).model_copy(update=more)


def known_record(
    state: State, cluster: ClusterReader, environment: EnvironmentSpec, name: str, names: Names = tuple
) -> tuple[Record, Origin]:
    """Return what is known of a name and where from; raises NotFound.

    A live group counts before a deleted one of the same name, also where another stack owns it. names:
    of the stacks, to find what was likely meant.
    """
    if state.record and state.live:
        return state.record, Origin.OWN
    deployment = cluster.get("Deployment", environment.namespace, name)
    claim = claim_of(deployment) if deployment else Claim()
    found = claim.record
    if found and found.environment.id == environment.id and found.id != getattr(state.record, "id", None):
        return found, Origin.FOREIGN
    if state.record:
        return state.record, Origin.DELETED
    raise no_such_group(cluster, environment, name, claim.ignored, names)


def no_such_group(
    cluster: ClusterReader,
    environment: EnvironmentSpec,
    name: str,
    detail: str = "",
    names: Names = tuple,
) -> NotFound:
    """Return the error for a name that nothing is known of, with a near miss where there is one."""
    labels = {"app.kubernetes.io/managed-by": "scaling-group"}
    deployments = cluster.list_objects("Deployment", environment.namespace, labels)
    live = [str(d["metadata"]["name"]) for d in deployments]
    near = did_you_mean(name, live)
    gone = "" if near else did_you_mean(name, names())
    return NotFound(
        f"there is no scaling group {name!r} in environment {environment.id}.{near or gone}",
        detail=detail,
        resolution=f"List the groups with: scaling-group list{' --include-deleted' if gone else ''}",
    )
