"""Objects of a group as people look at them: a tree, and events in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from scaling_group.rollout.deployment_status import REVISION
from scaling_group.rollout.fields import number
from scaling_group.rollout.precedence import path_of
from scaling_group.rollout.route import kind_of
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.tree import (
    ConditionView,
    EventView,
    ParentView,
    PodView,
    ReplicaSetView,
    RouteView,
    ServiceView,
    Tree,
)

Object = Mapping[str, Any]


def tree_of(seen: Snapshot, record_key: str = "") -> Tree:
    """Return what a group consists of. record_key: the annotation that holds its record, if any does."""
    return Tree(
        replica_sets=tuple(_replica_sets(seen, record_key)),
        service=_service(seen) if seen.service else None,
        route=_route(seen.route) if seen.route else None,
        path_routes=tuple(_route(route) for route in seen.path_routes.values() if route),
    )


def _replica_sets(seen: Snapshot, record_key: str) -> list[ReplicaSetView]:
    current = (seen.deployment["metadata"].get("annotations") or {}).get(REVISION)
    views = [_replica_set(found, seen.pods, current, record_key) for found in seen.replica_sets]
    shown = [view for view in views if view.current or view.desired or view.pods]
    return sorted(shown, key=lambda view: (view.current, view.number or 0), reverse=True)


def _replica_set(
    found: Object, pods: Sequence[Object], current: str | None, record_key: str
) -> ReplicaSetView:
    metadata = found["metadata"]
    number = (metadata.get("annotations") or {}).get(REVISION, "")
    mine = [pod for pod in pods if _owner(pod) == metadata.get("uid")]
    return ReplicaSetView(
        name=metadata["name"],
        revision=_revision((metadata.get("annotations") or {}).get(record_key)),
        number=int(number) if number.isdigit() else None,
        current=number == current,
        desired=(found.get("spec") or {}).get("replicas") or 0,
        ready=(found.get("status") or {}).get("readyReplicas", 0),
        created=moment(metadata.get("creationTimestamp")),
        pods=tuple(pod_view(pod) for pod in sorted(mine, key=lambda pod: str(pod["metadata"]["name"]))),
    )


def _revision(record: str | None) -> int | None:
    """Return the revision of a record; the controller copies annotations of a Deployment to its newest
    ReplicaSet, where they stay.
    """
    try:
        revision = number(orjson.loads(record or ""), "revision")
    except orjson.JSONDecodeError:
        return None
    return revision if revision > 0 else None


def _owner(found: Object) -> str | None:
    owners = found["metadata"].get("ownerReferences") or ()
    return next((owner.get("uid") for owner in owners if owner.get("controller")), None)


def pod_view(pod: Object) -> PodView:
    """Return a pod with its state in one word."""
    status = pod.get("status") or {}
    containers = status.get("containerStatuses") or ()
    return PodView(
        name=pod["metadata"]["name"],
        state=_state(pod),
        ready=bool(containers) and all(container.get("ready") for container in containers),
        restarts=sum(container.get("restartCount", 0) for container in containers),
        node=(pod.get("spec") or {}).get("nodeName", ""),
        created=moment(pod["metadata"].get("creationTimestamp")),
    )


def _state(pod: Object) -> str:
    status = pod.get("status") or {}
    if pod["metadata"].get("deletionTimestamp"):
        return "Terminating"
    for container in status.get("containerStatuses") or ():
        state = container.get("state") or {}
        held = state.get("waiting") or state.get("terminated") or {}
        if held.get("reason"):
            return str(held["reason"])
    return str(status.get("phase", "Unknown"))


def _service(seen: Snapshot) -> ServiceView:
    name = str((seen.service or {})["metadata"]["name"])
    # A Service of ours always has one, without addresses too: none is one that may not be read.
    if not seen.endpoint_slices:
        return ServiceView(name=name, ready=None, not_ready=None)
    endpoints = [each for found in seen.endpoint_slices for each in found.get("endpoints") or ()]
    # Without the condition an endpoint is to be taken for ready.
    ready = [(each.get("conditions") or {}).get("ready", True) is not False for each in endpoints]
    return ServiceView(name=name, ready=sum(ready), not_ready=len(ready) - sum(ready))


def _route(route: Object) -> RouteView:
    return RouteView(
        kind=kind_of(route),
        name=route["metadata"]["name"],
        hostnames=tuple((route.get("spec") or {}).get("hostnames") or ()),
        path=path_of(route),
        parents=tuple(map(_parent, (route.get("status") or {}).get("parents") or ())),
    )


def _parent(parent: Object) -> ParentView:
    reference = parent.get("parentRef") or {}
    keys = ("type", "status", "reason", "message")
    conditions = [
        {key: str(condition.get(key) or "") for key in keys} for condition in parent.get("conditions") or ()
    ]
    return ParentView(
        gateway="/".join(filter(None, (reference.get("namespace"), reference.get("name")))),
        section=reference.get("sectionName") or "",
        conditions=tuple(ConditionView(**condition) for condition in conditions),
    )


def event_views(events: Iterable[Object]) -> list[EventView]:
    """Return events by their last time, the oldest first; those without a time come before."""
    views = [_event(event) for event in events]
    beginning = datetime.min.replace(tzinfo=UTC)
    return sorted(views, key=lambda view: (view.time or beginning, view.first or beginning))


def _event(event: Object) -> EventView:
    about, series = event.get("involvedObject") or {}, event.get("series") or {}
    metadata = event["metadata"]
    first = event.get("firstTimestamp") or event.get("eventTime") or metadata.get("creationTimestamp")
    last = series.get("lastObservedTime") or event.get("lastTimestamp") or first
    return EventView(
        time=moment(last),
        first=moment(first),
        count=series.get("count") or event.get("count") or 1,
        type=event.get("type") or "Normal",
        reason=event.get("reason") or "",
        object=f"{about.get('kind', '')}/{about.get('name', '')}",
        message=(event.get("message") or "").strip(),
    )


def moment(text: str | None) -> datetime | None:
    """Return a time of the API server, None where there is none."""
    return datetime.fromisoformat(text) if text else None
