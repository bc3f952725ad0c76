"""The objects of one group among any that somebody has listed, with a stand-in for a missing Deployment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scaling_group.errors import InvalidInput
from scaling_group.rollout.autoscaling import autoscalers_among, is_target
from scaling_group.rollout.deployment_status import REVISION
from scaling_group.rollout.fields import Object, labels_of, name_of, number, part, parts, text
from scaling_group.rollout.pods import TEMPLATE_HASH
from scaling_group.rollout.route import kind_of, shared_hosts
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.spec.route_kinds import GRPC_ROUTE, HTTP_ROUTE

MANAGED_BY = "app.kubernetes.io/managed-by"
#: An object that somebody has to have read: what stands in for a Deployment that is not there carries it.
STAND_IN = "scaling-group/stand-in"
#: Kinds of which an event of any name may tell of a group: its claims and nodes, the Gateway of its route.
NAMED_OTHERWISE = ("PersistentVolumeClaim", "Node", "Gateway")


def is_stand_in(deployment: Object) -> bool:
    """Return whether nobody has read the Deployment."""
    return STAND_IN in part(deployment, "metadata", "annotations")


def snapshot_among(objects: Sequence[Object], name: str, forms: str) -> Snapshot:
    """Return what objects tell of one group; raises InvalidInput where they tell of none, or of several.

    name: of the group, empty for the only one. forms: what can be read, for the message.
    """
    found: dict[str, list[Object]] = {}
    for each in objects:
        found.setdefault(text(each, "kind"), []).append(each)
    deployment = _deployment(found, name, forms)
    service = _first(o for o in found.get("Service", ()) if _beside(o, deployment) and _named(o, deployment))
    routes = [*found.get(HTTP_ROUTE, ()), *found.get(GRPC_ROUTE, ())]
    route = _first(o for o in routes if _beside(o, deployment) and _named(o, deployment))
    gateway = _first(o for o in found.get("Gateway", ()) if route and _is_parent(o, route))
    wanted = text(gateway, "spec", "gatewayClassName")
    autoscalers = autoscalers_among(found.get("HorizontalPodAutoscaler", ()), deployment)
    own = [route, *(o for o in found.get("HTTPRoute", ()) if route and _is_beside_route(o, route))]
    return Snapshot(
        deployment=deployment,
        replica_sets=_own(deployment, found.get("ReplicaSet", ())),
        pods=_own(deployment, found.get("Pod", ())),
        events=_about([deployment, *autoscalers], found.get("Event", ())),
        claims=found.get("PersistentVolumeClaim", []),
        nodes=found.get("Node", []),
        endpoint_slices=slices_of(deployment, found.get("EndpointSlice", ())),
        service=service,
        route=route,
        route_kind=kind_of(route or {}),
        autoscalers=autoscalers,
        scaled_object=_first(o for o in found.get("ScaledObject", ()) if is_target(o, deployment)),
        more={f"HTTPRoute/{name_of(o)}": o for o in own[1:] if o},
        other_routes=[o for o in routes if o not in own and any(shared_hosts(r, o) for r in own if r)],
        backend_policies=[o for o in found.get("BackendTLSPolicy", ()) if _beside(o, deployment)],
        grants=found.get("ReferenceGrant", []),
        gateway=gateway,
        gateway_class=_first(o for o in found.get("GatewayClass", ()) if name_of(o) == wanted),
    )


def _deployment(found: Mapping[str, list[Object]], name: str, forms: str) -> Object:
    """Return the Deployment of the name, or the only one, or the only one of a group; or a stand-in."""
    deployments = found.get("Deployment", [])
    groups = [o for o in deployments if labels_of(o).get(MANAGED_BY) == "scaling-group"]
    chosen = [o for o in deployments if name_of(o) == name] if name else groups or deployments
    if len(chosen) == 1:
        return chosen[0]
    known = sorted({(_namespace(o), name_of(o)) for o in chosen} or _groups(found))
    known = [each for each in known if name in ("", each[1])]
    if len(known) == 1 and not chosen:
        return _stand_in(*known[0], found)
    if not known:
        what = f"nothing of {name}" if name else "nothing of a group: no Deployment, Pod, or event of one"
        raise InvalidInput(f"the files hold {what}", resolution=forms)
    names = ", ".join(f"{space}/{each}" if space else each for space, each in known[:10])
    raise InvalidInput(
        f"the files hold {len(known)} groups: {names}",
        resolution="Choose one with --name, or keep the objects of one group.",
    )


def _groups(found: Mapping[str, list[Object]]) -> set[tuple[str, str]]:
    """Return namespace and name of what Pods, ReplicaSets and events belong to."""
    owned = [*found.get("Pod", ()), *found.get("ReplicaSet", ())]
    named = {(_namespace(o), owner_of(o)) for o in owned}
    if not named:
        named = {
            (text(event, "involvedObject", "namespace") or _namespace(event), owner)
            for event in found.get("Event", ())
            if (owner := _owner_in(part(event, "involvedObject")))
        }
    return named


def owner_of(found: Object) -> str:
    """Return the name of the Deployment that a Pod or a ReplicaSet is of, by what its name ends in."""
    template = text(labels_of(found), TEMPLATE_HASH)
    before, _, _ = name_of(found).rpartition(f"-{template}") if template else ("", "", "")
    owner = next(
        (o for o in parts(found, "metadata", "ownerReferences") if o.get("kind") == "Deployment"), {}
    )
    return text(owner, "name") or before or name_of(found)


def _owner_in(about: Object) -> str:
    """Return the name of the Deployment that an event is of, as far as its object's name tells."""
    ends = {"Deployment": 0, "ReplicaSet": 1, "Pod": 2}.get(text(about, "kind"))
    return "" if ends is None else text(about, "name").rsplit("-", ends)[0]


def _stand_in(namespace: str, name: str, found: Mapping[str, list[Object]]) -> Object:
    """Return a Deployment that has seen its spec and wants the Pods that there are."""
    mine = {kind: [o for o in found.get(kind, ()) if owner_of(o) == name] for kind in ("Pod", "ReplicaSet")}
    newest = max(mine["ReplicaSet"], key=_revision, default=None)
    wanted = number(newest, "spec", "replicas") if newest else len(mine["Pod"])
    annotations = {STAND_IN: "true"} | ({REVISION: str(_revision(newest))} if newest else {})
    counts = {"replicas": wanted, "updatedReplicas": wanted or len(mine["Pod"])}
    return {
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace, "generation": 1, "annotations": annotations},
        "spec": {"replicas": max(wanted, 1)},
        "status": {"observedGeneration": 1, **counts},
    }


def _revision(found: Object) -> int:
    written = text(part(found, "metadata", "annotations"), REVISION)
    return int(written) if written.isdecimal() and len(written) < 10 else 0


def _own(deployment: Object, found: Iterable[Object]) -> list[Object]:
    """Return the Pods or ReplicaSets that the selector means; of a stand-in those that are named so."""
    beside = [o for o in found if _beside(o, deployment)]
    if is_stand_in(deployment):
        return [o for o in beside if owner_of(o) == name_of(deployment)]
    return selected_by(deployment, beside)


def selected_by(deployment: Object, found: Iterable[Object]) -> list[Object]:
    """Return the objects that a Deployment's selector means."""
    selected = part(deployment, "spec", "selector", "matchLabels").items()
    return [o for o in found if selected <= labels_of(o).items()] if selected else list(found)


def _about(own: Sequence[Object], events: Iterable[Object]) -> list[Object]:
    """Return the events that may be of the group: of a hundred thousand of a namespace those few.

    own: its Deployment, and what is named otherwise.
    """
    names = {name_of(each) for each in own}
    name = name_of(own[0])

    def concerned(about: Object) -> bool:
        named = text(about, "name")
        return text(about, "kind") in NAMED_OTHERWISE or named in names or named.startswith(f"{name}-")

    return [event for event in events if concerned(part(event, "involvedObject") or part(event, "regarding"))]


def slices_of(deployment: Object, found: Iterable[Object]) -> list[Object]:
    """Return the EndpointSlices of the group's Service."""
    key = "kubernetes.io/service-name"
    return [o for o in found if labels_of(o).get(key) == name_of(deployment)]


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


def _is_beside_route(found: Object, route: Object) -> bool:
    """Return whether a route is one more of the group of a route: for hostnames with a path."""
    same = all(
        text(labels_of(found), key) == text(labels_of(route), key) != ""
        for key in ("app.kubernetes.io/name", "app.kubernetes.io/instance")
    )
    return same and _beside(found, route) and name_of(found) != name_of(route)


def _first(found: Any) -> Object | None:
    return next(iter(found), None)
