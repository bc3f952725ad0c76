"""Snapshots as JSON, so that they can be kept and sent along with a question; other files are read too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from scaling_group.errors import InvalidInput
from scaling_group.rollout.fields import Object, field, instant, name_of, part, parts, text, texts
from scaling_group.rollout.object_lists import selected_by, slices_of, snapshot_among
from scaling_group.rollout.pod_logs import pod_of
from scaling_group.rollout.private import without_values
from scaling_group.rollout.recorded import FORMS
from scaling_group.rollout.snapshot import ABSENT, Snapshot
from scaling_group.spec.route_kinds import HTTP_ROUTE

#: What is written; a file of an earlier program has none.
VERSION = 1
#: Key of the file, field of Snapshot, kind of its objects: of lists, then of single objects.
LISTS = (
    ("replicaSets", "replica_sets", "ReplicaSet"),
    ("pods", "pods", "Pod"),
    ("events", "events", "Event"),
    ("persistentVolumeClaims", "claims", "PersistentVolumeClaim"),
    ("nodes", "nodes", "Node"),
    ("endpointSlices", "endpoint_slices", "EndpointSlice"),
    ("autoscalers", "autoscalers", "HorizontalPodAutoscaler"),
    ("otherRoutes", "other_routes", "HTTPRoute"),
    ("backendTLSPolicies", "backend_policies", "BackendTLSPolicy"),
    ("referenceGrants", "grants", "ReferenceGrant"),
)
SINGLES = (
    ("service", "service", "Service"),
    ("route", "route", "HTTPRoute"),
    ("scaledObject", "scaled_object", "ScaledObject"),
    ("gateway", "gateway", "Gateway"),
    ("gatewayClass", "gateway_class", "GatewayClass"),
)
#: Objects of all files together; a cluster keeps an hour of events, and they are most of them.
MOST = 200_000


def snapshot_data(snapshot: Snapshot, *, with_env: bool = False) -> dict[str, Any]:
    """Return a snapshot as plain JSON data that snapshot_of reads, and that says what is in it.

    What was not read is left out; null is an object that does not exist. Objects lose their
    managedFields, which tell nothing of a rollout, and unless with_env plain values of variables.
    """
    data: dict[str, Any] = {"deployment": _slim(snapshot.deployment)}
    data |= {key: [_slim(o) for o in getattr(snapshot, name) or ()] for key, name, _ in LISTS}
    singles = {key: getattr(snapshot, name) for key, name, _ in SINGLES}
    data |= {key: _slim(found) or None for key, found in singles.items() if found is not None}
    data |= {"more": {key: _slim(found) or None for key, found in snapshot.more.items()}}
    data |= {"certificateNames": list(snapshot.certificate_names), "logs": dict(snapshot.logs)}
    data |= {"furtherCertificates": {host: [*names] for host, names in snapshot.further_certificates.items()}}
    if snapshot.route_kind != HTTP_ROUTE:
        data["routeKind"] = snapshot.route_kind
    if snapshot.taken:
        data["taken"] = snapshot.taken.isoformat()
    always = ("deployment", "pods", "replicaSets", "events", *singles)
    kept = {key: value for key, value in data.items() if value or key in always}
    about = contents(snapshot, with_env=with_env)
    return {"version": VERSION, "about": about, **(kept if with_env else without_values(kept))}


def contents(snapshot: Snapshot, *, with_env: bool) -> list[str]:
    """Return what the snapshot holds, for whoever sends it: counts, what is left out, what may be private."""
    counts = Counter({"Deployment": 1})
    for _, name, kind in LISTS:
        counts[kind] += len(getattr(snapshot, name) or ())
    for _, name, kind in SINGLES:
        counts[snapshot.route_kind if name == "route" else kind] += bool(getattr(snapshot, name))
    for key, found in snapshot.more.items():
        counts[key.partition("/")[0]] += bool(found)
    held = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    plain = "plain values of variables are in it" if with_env else "plain values of variables are left out"
    return [
        f"It holds {held}, and the last log lines of {len(snapshot.logs)} Pod.",
        f"No Secret was read; {plain}. "
        "Log lines, commands, arguments, annotations, messages and names are as they are.",
        "Read it with: scaling-group diagnose -f FILE",
    ]


def _slim(found: Object) -> Object:
    metadata = {key: value for key, value in part(found, "metadata").items() if key != "managedFields"}
    return {**found, "metadata": metadata} if "metadata" in found else found


def snapshot_of(*documents: Any, name: str = "") -> Snapshot:
    """Return the snapshot that documents of plain data hold; raises InvalidInput where they hold none.

    documents: what snapshot_data returns, v1 Lists of any mix of objects with one group among them, single
    objects, logs by pod and container. Objects that are not of the group are left out; of one that
    is in several documents the last counts. name: of the group where they hold several.
    """
    if len(documents) == 1 and _is_snapshot(documents[0]):
        return _from_snapshot(documents[0])
    objects: dict[tuple[str, str, str], Object] = {}
    for document in documents:
        for found in _objects_in(document):
            objects[text(found, "kind"), text(found, "metadata", "namespace"), name_of(found)] = found
        if len(objects) > MOST:
            raise InvalidInput(
                f"the files hold more than {MOST} objects", resolution="Keep those of one group."
            )
    seen = snapshot_among(list(objects.values()), name, FORMS)
    snapshots = [_from_snapshot(document) for document in documents if _is_snapshot(document)]
    return replace(
        seen,
        logs=_logs(seen, documents),
        certificate_names=[each for snapshot in snapshots for each in snapshot.certificate_names],
        taken=max((s.taken for s in snapshots if s.taken), default=None),
    )


def _objects_of_snapshot(document: Mapping[str, Any]) -> Iterator[Object]:
    for key, _, kind in LISTS:
        yield from ({"kind": kind, **found} for found in _objects(document, key))
    for key, _, kind in SINGLES:
        if document.get(key):
            of = _route_kind(document) if key == "route" else kind
            yield {"kind": of, **_object(document[key], key)}
    for key, found in part(document, "more").items():
        if found:
            yield {"kind": key.partition("/")[0], **_object(found, f"more.{key}")}


def _is_snapshot(document: Any) -> bool:
    return isinstance(document, Mapping) and "deployment" in document


def _objects_in(document: Any) -> Iterator[Object]:
    """Yield the objects of a document; raises InvalidInput where it holds none by its form."""
    if not isinstance(document, Mapping):
        raise InvalidInput("a file of objects is one JSON object", resolution=FORMS)
    if _is_snapshot(document):
        yield {"kind": "Deployment", **_object(document["deployment"], "deployment")}
        yield from _objects_of_snapshot(document)
    elif "items" in document:
        yield from _items(document)
    elif "logs" not in document and "log" not in document:
        if not text(document, "kind"):
            raise InvalidInput(
                "this is neither a snapshot nor a List of Kubernetes objects",
                detail="It has none of the keys 'deployment', 'items' and 'kind'.",
                resolution=FORMS,
            )
        yield _object(document, "the document")


def _route_kind(document: Mapping[str, Any]) -> str:
    return text(document, "routeKind") or HTTP_ROUTE


def _items(document: Mapping[str, Any]) -> Iterator[Object]:
    """Yield the items of a List; those of a PodList have their kind from it alone.

    Go writes null for a list without items.
    """
    of = text(document, "kind").removesuffix("List")
    items = document["items"] or []
    if not isinstance(items, list):
        raise InvalidInput("items of the List is not a list", resolution=FORMS)
    if len(items) > MOST:
        raise InvalidInput(f"the List has {len(items)} items; at most {MOST} are read")
    for at, item in enumerate(items):
        if item is not None:
            found = _object(item, f"items[{at}]")
            yield found if found.get("kind") else {**found, "kind": of}


def _logs(seen: Snapshot, documents: tuple[Any, ...]) -> dict[str, str]:
    """Return the last lines by pod: of its first container, which is a group's, where a dump has several."""
    first = {
        name_of(pod): text(next(iter(parts(pod, "spec", "containers")), {}), "name") for pod in seen.pods
    }
    logs: dict[str, str] = {}
    for document in documents:
        if isinstance(said := field(document, "log"), str):
            logs[pod_of(document, seen)] = said
        for pod, lines in part(document, "logs").items():
            said = lines.get(first.get(pod, "")) if isinstance(lines, Mapping) else lines
            if isinstance(said, str) and pod in first:
                logs[pod] = said
    return logs


def _from_snapshot(data: Mapping[str, Any]) -> Snapshot:
    _check_version(data)
    found: dict[str, Any] = {name: _objects(data, key) for key, name, _ in LISTS}
    deployment = _object(data["deployment"], "deployment")
    for of_group in ("pods", "replica_sets"):
        beside = [o for o in found[of_group] if _namespace(o) == _namespace(deployment)]
        found[of_group] = selected_by(deployment, beside)
    found["endpoint_slices"] = slices_of(deployment, found["endpoint_slices"])
    singles: dict[str, Any] = {
        name: ABSENT if data[key] is None else _object(data[key], key)
        for key, name, _ in SINGLES
        if key in data
    }
    return Snapshot(
        deployment=deployment,
        **found,
        **singles,
        route_kind=_route_kind(data),
        more={
            key: ABSENT if found is None else _object(found, f"more.{key}")
            for key, found in part(data, "more").items()
        },
        certificate_names=texts(data, "certificateNames"),
        further_certificates={
            host: texts(part(data, "furtherCertificates"), host) for host in part(data, "furtherCertificates")
        },
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


def _check_version(data: Mapping[str, Any]) -> None:
    version = data.get("version", VERSION)
    if version != VERSION:
        raise InvalidInput(
            f"the snapshot is of version {version!r:.20}; this program reads version {VERSION}",
            resolution="Read it with the version of scaling-group that has written it, or a newer one.",
        )


def _namespace(found: Object) -> str:
    return text(found, "metadata", "namespace")


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
