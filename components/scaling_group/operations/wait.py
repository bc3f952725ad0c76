"""What there is of a group, and waiting for it to be gone."""

from __future__ import annotations

from collections.abc import Mapping

from scaling_group.errors import Failed
from scaling_group.manifests.group import objects
from scaling_group.operations.gather import own_labels
from scaling_group.operations.live import live_objects, owner_id, uid_of
from scaling_group.operations.presence import Presence
from scaling_group.operations.protocols import KINDS, ClusterReader, Object, Report, Watch
from scaling_group.operations.views import live_view, stored_view
from scaling_group.reads import Selection
from scaling_group.records import GroupView, Record
from scaling_group.rollout.drift import drift
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.spec.change import Change

#: Between two looks at the time.
TICK_SECONDS = 1.0


def observe(cluster: ClusterReader, record: Record) -> tuple[GroupView, list[Object]]:
    """Return the group as it is now, and its pods."""
    namespace = record.environment.namespace
    deployment = cluster.get("Deployment", namespace, record.name)
    if deployment is None:
        return stored_view(record, live=True), []
    route = cluster.get("HTTPRoute", namespace, record.name) or {}
    pods = pods_of(cluster, record)
    return live_view(record, Snapshot(deployment, route=route, pods=pods)), pods


def drifted(cluster: ClusterReader, record: Record) -> list[Change]:
    """Return where the live objects are not what the record says."""
    return drift_of(record, live_objects(cluster, record.environment, record.name))


def drift_of(record: Record, live: Mapping[str, Object | None]) -> list[Change]:
    """Return where these objects are not what the record says."""
    return drift(objects(record.spec, record.environment, record.id, {}), live)


def pods_of(cluster: ClusterReader, record: Record) -> list[Object]:
    return cluster.list_objects("Pod", record.environment.namespace, own_labels(record))


def survivors(cluster: ClusterReader, record: Record) -> list[str]:
    """Return the kinds of objects that still exist under the group's name and id."""
    return list(surviving(cluster, record))


def surviving(cluster: ClusterReader, record: Record) -> dict[str, str]:
    """Return the UID of each object that still exists under the group's name and id, by kind."""
    found = live_objects(cluster, record.environment, record.name)
    return {kind: uid_of(o) for kind, o in found.items() if o and _is_of(record, o)}


def wait_gone(
    cluster: ClusterReader, record: Record, timeout: float, report: Report, *, ending: bool = True
) -> None:
    """Return once the objects and the pods of a group are gone; raises Failed after `timeout` seconds.

    ending: whether somebody has deleted them already.
    """
    namespace = record.environment.namespace
    chosen = [Selection(kind, namespace, name=record.name, needed=True) for kind in KINDS]
    chosen.append(Selection("Pod", namespace, labels=own_labels(record), needed=True))
    with cluster.watch(chosen) as watch:
        ends = watch.now() + timeout
        presence = Presence(watch, report, f"wait --name={record.name} --for=deleted")
        left = "objects"
        while not presence.current() or (left := _left(watch, record)):
            if watch.now() >= ends:
                raise _still_there(record, left, timeout, ending=ending)
            if not watch.trouble and watch.complete:
                report(f"waiting for {left} to end")
            watch.wait(min(TICK_SECONDS, ends - watch.now()))


def _left(watch: Watch, record: Record) -> str:
    """Return what there still is, in words; empty where nothing is left."""
    found = {kind: watch.objects(kind) or [] for kind in KINDS}
    kinds = [k for k, some in found.items() if any(_is_of(record, each) for each in some)]
    pods = watch.objects("Pod") or []
    return ", ".join([*kinds, *([f"{len(pods)} pods"] if pods else [])])


def _is_of(record: Record, found: Object) -> bool:
    return owner_id(found, record.environment) == record.id


def _still_there(record: Record, left: str, timeout: float, *, ending: bool) -> Failed:
    why = "They are being deleted; the record says deleted already." if ending else "Nobody has deleted them."
    return Failed(
        f"{left} of {record.name} still exist after {timeout:g} s",
        detail=why,
        resolution=f"Look at them with: kubectl get pods -n {record.environment.namespace}",
    )
