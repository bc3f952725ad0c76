"""Waiting for a rollout, and for objects to be gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from scaling_group.errors import Failed
from scaling_group.manifests.group import objects
from scaling_group.naming import id_label
from scaling_group.operations.live import live_objects, owner_id
from scaling_group.operations.protocols import ClusterReader, Object, Report
from scaling_group.operations.views import live_view, stored_view
from scaling_group.records import GroupView, Record, Status
from scaling_group.rollout.drift import drift
from scaling_group.spec.change import Change

#: Seconds between two looks.
INTERVAL = 0.5
#: A process that ends at once is Ready for a moment before; success counts when it has lasted.
SETTLE_SECONDS = 1.5

Clock = Callable[[], float]
Sleep = Callable[[float], None]

SETTLED = (Status.AVAILABLE, Status.SCALED_TO_ZERO)


def observe(cluster: ClusterReader, record: Record) -> tuple[GroupView, list[Object]]:
    """Return the group as it is now, and its pods."""
    namespace = record.environment.namespace
    deployment = cluster.get("Deployment", namespace, record.name)
    if deployment is None:
        return stored_view(record, live=True), []
    route = cluster.get("HTTPRoute", namespace, record.name)
    pods = pods_of(cluster, record)
    return live_view(record, deployment, route, pods), pods


def drifted(cluster: ClusterReader, record: Record) -> list[Change]:
    """Return where the live objects are not what the record says."""
    return drift_of(record, live_objects(cluster, record.environment, record.name))


def drift_of(record: Record, live: Mapping[str, Object | None]) -> list[Change]:
    """Return where these objects are not what the record says."""
    return drift(objects(record.spec, record.environment, record.id, {}), live)


def pods_of(cluster: ClusterReader, record: Record) -> list[Object]:
    label = id_label(record.environment.label_domain)
    return cluster.list_objects("Pod", record.environment.namespace, {label: record.id})


def wait_available(
    cluster: ClusterReader,
    record: Record,
    timeout: float,
    report: Report,
    clock: Clock = time.monotonic,
    sleep: Sleep = time.sleep,
) -> GroupView:
    """Return the group once it is available and stays so; raises Failed after `timeout` seconds.

    A rollout that exceeds its own progress deadline ends the wait at once.
    """
    ends, settled_since = clock() + timeout, None
    while True:
        view, _ = observe(cluster, record)
        report(_progress(view))
        settled = view.status in SETTLED
        settled_since = (settled_since or clock()) if settled else None
        if settled_since is not None and clock() - settled_since >= SETTLE_SECONDS:
            return view
        # What is settled at the end of the time gets the moment that it needs to stay so.
        if view.status is Status.FAILED or (clock() >= ends and not settled):
            raise _not_available(view, timeout)
        sleep(INTERVAL)


def _progress(view: GroupView) -> str:
    return view.reason or f"{view.replicas.available} of {view.replicas.desired} replicas available"


def _not_available(view: GroupView, timeout: float) -> Failed:
    ended = "failed" if view.status is Status.FAILED else f"is {view.status} after {timeout:g} s"
    return Failed(
        f"{view.name} {ended}: {view.reason or 'it did not stay available'}",
        detail=f"The record and the objects are kept, at revision {view.revision}.",
        resolution=f"See it with: scaling-group get --name={view.name}; "
        f"remove it with: scaling-group delete --name={view.name}",
    )


def wait_gone(
    cluster: ClusterReader,
    record: Record,
    timeout: float,
    report: Report,
    clock: Clock = time.monotonic,
    sleep: Sleep = time.sleep,
) -> None:
    """Return once the objects and the pods of a group are gone; raises Failed after `timeout` seconds."""
    ends = clock() + timeout
    while True:
        left = survivors(cluster, record)
        pods = pods_of(cluster, record)
        if not left and not pods:
            return
        what = ", ".join([*left, *([f"{len(pods)} pods"] if pods else [])])
        report(f"waiting for {what} to end")
        if clock() >= ends:
            raise Failed(
                f"{what} of {record.name} still exist after {timeout:g} s",
                detail="They are being deleted; the record says deleted already.",
                resolution=f"Look at them with: kubectl get pods -n {record.environment.namespace}",
            )
        sleep(INTERVAL)


def survivors(cluster: ClusterReader, record: Record) -> list[str]:
    """Return the kinds of objects that still exist under the group's name and id."""
    found = live_objects(cluster, record.environment, record.name)
    return [kind for kind, o in found.items() if o and owner_id(o, record.environment) == record.id]
