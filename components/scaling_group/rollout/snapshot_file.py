"""Snapshots as JSON, so that they can be kept and sent along with a question; a List is read too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from scaling_group.errors import InvalidInput
from scaling_group.rollout.fields import Object, field, instant, labels_of, name_of, part, parts, text, texts
from scaling_group.rollout.snapshot import ABSENT, Snapshot

#: Key of the file, field of Snapshot, kind of its objects: of lists, then of single objects.
LISTS = (
    ("replicaSets", "replica_sets", "ReplicaSet"),
    ("pods", "pods", "Pod"),
    ("events", "events", "Event"),
    ("persistentVolumeClaims", "claims", "PersistentVolumeClaim"),
    ("nodes", "nodes", "Node"),
    ("endpointSlices", "endpoint_slices", "EndpointSlice"),
)
SINGLES = (
    ("service", "service", "Service"),
    ("route", "route", "HTTPRoute"),
    ("gateway", "gateway", "Gateway"),
    ("gatewayClass", "gateway_class", "GatewayClass"),
)
#: More objects than any namespace that people would send.
MOST = 20_000
MANAGED_BY = "app.kubernetes.io/managed-by"
FORMS = "Write one with: scaling-group get --name=NAME -o snapshot, or kubectl get … -o json"


def snapshot_data(snapshot: Snapshot) -> dict[str, Any]:
    """Return a snapshot as plain JSON data that snapshot_of reads.

    What was not read is left out; null is an object that does not exist. Objects lose their
    managedFields, which tell nothing of a rollout.
    """
    data: dict[str, Any] = {"deployment": _slim(snapshot.deployment)}
    data |= {key: [_slim(o) for o in getattr(snapshot, name)] for key, name, _ in LISTS}
    singles = {key: getattr(snapshot, name) for key, name, _ in SINGLES}
    data |= {key: _slim(found) or None for key, found in singles.items() if found is not None}
    data |= {"certificateNames": list(snapshot.certificate_names), "logs": dict(snapshot.logs)}
    if snapshot.taken:
        data["taken"] = snapshot.taken.isoformat()
    always = ("deployment", "pods", "replicaSets", "events", *singles)
    return {key: value for key, value in data.items() if value or key in always}


def _slim(found: Object) -> Object:
    metadata = {key: value for key, value in part(found, "metadata").items() if key != "managedFields"}
    return {**found, "metadata": metadata} if "metadata" in found else found


def snapshot_of(data: Any) -> Snapshot:
    """Return the snapshot that plain JSON data holds; raises InvalidInput where it holds none.

    data is what snapshot_data returns, a v1 List of any mix of objects with one group among them, or
    a lone Deployment. Objects that are not of the group are left out.
    """
    if not isinstance(data, Mapping):
        raise InvalidInput("a snapshot is one JSON object", resolution=FORMS)
    if "deployment" in data:
        return _from_snapshot(data)
    if isinstance(data.get("items"), list):
        return _from_objects(_kinds(data))
    if data.get("kind") == "Deployment":
        return _from_objects([data])
    raise InvalidInput(
        "this is neither a snapshot nor a List of Kubernetes objects",
        detail="It has neither the key 'deployment' nor the key 'items'.",
        resolution=FORMS,
    )


def _from_snapshot(data: Mapping[str, Any]) -> Snapshot:
    found = {kind: _objects(data, key) for key, _, kind in LISTS}
    deployment = _object(data["deployment"], "deployment")
    singles: dict[str, Any] = {
        name: ABSENT if data[key] is None else _object(data[key], key)
        for key, name, _ in SINGLES
        if key in data
    }
    return Snapshot(
        deployment=deployment,
        **_own_lists(deployment, found),
        **singles,
        certificate_names=texts(data, "certificateNames"),
        logs={pod: lines for pod, lines in part(data, "logs").items() if isinstance(lines, str)},
        taken=instant(data, "taken") or _recorded(data),
    )


def _recorded(data: Mapping[str, Any]) -> datetime | None:
    """Return when a recording was made, which counts from the Deployment's creation."""
    created, elapsed = (
        instant(data, "deployment", "metadata", "creationTimestamp"),
        data.get("elapsedSeconds"),
    )
    # A century is more than any recording took, and what a date can hold.
    known = isinstance(elapsed, int | float) and 0 <= elapsed < 3e9
    return created + timedelta(seconds=elapsed) if created and known and elapsed is not None else None


def _kinds(data: Mapping[str, Any]) -> list[Object]:
    """Return the items of a List; those of a PodList have their kind from it alone."""
    of = text(data, "kind").removesuffix("List")
    if len(data["items"]) > MOST:
        raise InvalidInput(f"the List has {len(data['items'])} items; at most {MOST} are read")
    items = [_object(item, f"items[{at}]") for at, item in enumerate(data["items"])]
    return [item if item.get("kind") else {**item, "kind": of} for item in items]


def _from_objects(objects: Sequence[Object]) -> Snapshot:
    found = {kind: [o for o in objects if o.get("kind") == kind] for _, _, kind in (*LISTS, *SINGLES)}
    deployment = _one_deployment([o for o in objects if o.get("kind") == "Deployment"])
    service = _first(o for o in found["Service"] if _beside(o, deployment) and _named(o, deployment))
    route = _first(o for o in found["HTTPRoute"] if _beside(o, deployment) and _named(o, deployment))
    gateway = _first(o for o in found["Gateway"] if route and _is_parent(o, route))
    wanted = text(gateway, "spec", "gatewayClassName")
    return Snapshot(
        deployment=deployment,
        **_own_lists(deployment, found),
        service=service,
        route=route,
        gateway=gateway,
        gateway_class=_first(o for o in found["GatewayClass"] if name_of(o) == wanted),
    )


def _one_deployment(found: list[Object]) -> Object:
    """Return the only Deployment, or the only one of a group where there are several."""
    groups = [o for o in found if labels_of(o).get(MANAGED_BY) == "scaling-group"]
    chosen = groups or found
    if len(chosen) == 1:
        return chosen[0]
    if not found:
        raise InvalidInput("the List holds no Deployment", resolution=FORMS)
    names = ", ".join(sorted(name_of(o) for o in chosen)[:10])
    raise InvalidInput(
        f"the List holds {len(chosen)} Deployments: {names}", resolution="Keep the objects of one group."
    )


def _own_lists(deployment: Object, found: Mapping[str, list[Object]]) -> dict[str, Any]:
    """Return the lists by field of Snapshot; of pods and ReplicaSets those that the selector means."""
    selected = part(deployment, "spec", "selector", "matchLabels").items()
    lists = {name: found[kind] for _, name, kind in LISTS}
    for name in ("pods", "replica_sets"):
        own = [o for o in lists[name] if _beside(o, deployment)]
        lists[name] = [o for o in own if selected <= labels_of(o).items()] if selected else own
    lists["endpoint_slices"] = [
        o
        for o in lists["endpoint_slices"]
        if labels_of(o).get("kubernetes.io/service-name") == name_of(deployment)
    ]
    return lists


def _namespace(found: Object) -> str:
    return text(found, "metadata", "namespace")


def _beside(found: Object, deployment: Object) -> bool:
    return _namespace(found) == _namespace(deployment)


def _named(found: Object, deployment: Object) -> bool:
    """Return whether an object has the group's name, as its Service and its route do."""
    return name_of(found) == name_of(deployment)


def _is_parent(gateway: Object, route: Object) -> bool:
    own = _namespace(route)
    return any(
        (name_of(gateway), _namespace(gateway)) == (text(ref, "name"), text(ref, "namespace") or own)
        for ref in parts(route, "spec", "parentRefs")
    )


def _first(found: Any) -> Object | None:
    return next(iter(found), None)


def _objects(data: Mapping[str, Any], key: str) -> list[Object]:
    found = data.get(key)
    if found is None:
        return []
    if not isinstance(found, list):
        raise InvalidInput(f"{key} of the snapshot is not a list")
    if len(found) > MOST:
        raise InvalidInput(f"{key} of the snapshot has {len(found)} items; at most {MOST} are read")
    return [_object(item, f"{key}[{at}]") for at, item in enumerate(found)]


def _object(found: Any, where: str) -> Object:
    if isinstance(found, Mapping) and isinstance(field(found, "metadata", "name"), str):
        return found
    raise InvalidInput(f"{where} is not a Kubernetes object: it has no metadata.name", resolution=FORMS)
