"""What else would tell why a group is not well, by the command that gets it."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.rollout.fields import Object, condition, name_of, number, part, parts, text
from scaling_group.rollout.object_lists import is_stand_in
from scaling_group.rollout.snapshot import Snapshot


def more_evidence(seen: Snapshot, *, told: bool) -> list[str]:
    """Return what nobody has recorded and what would tell more, most telling first: `Pods: kubectl get …`.

    told: a cause is known already; then only what could make it more precise.
    """
    namespace = text(seen.deployment, "metadata", "namespace")
    where = f" -n {namespace}" if namespace else ""
    return [f"{what}: kubectl {command}{where}" for what, command in _wanted(seen, told)] + [
        f"{what}: kubectl {command}" for what, command in _wanted_of_cluster(seen, told)
    ]


def _wanted(seen: Snapshot, told: bool) -> Iterator[tuple[str, str]]:
    name = name_of(seen.deployment)
    if is_stand_in(seen.deployment):
        yield "the Deployment", f"get deployment {name} -o yaml"
    if not seen.pods:
        yield "the Pods", "get pods -o yaml"
    if not seen.replica_sets:
        yield "the ReplicaSets", "get replicasets -o yaml"
    if not seen.events and not told:
        yield "the events, which a cluster keeps for an hour", "get events -o yaml"
    if crashed := next(
        (pod for pod in seen.pods if has_ended(pod) and not seen.logs.get(name_of(pod))), None
    ):
        yield "the last words of a container", f"logs {name_of(crashed)} --previous --tail=20"
    if not seen.claims and any(_claims(pod) for pod in seen.pods):
        yield "the volumes", "get persistentvolumeclaims -o yaml"
    if seen.route is None and not told:
        yield "the route and its Service", f"get httproute,service {name} -o yaml"


def _wanted_of_cluster(seen: Snapshot, told: bool) -> Iterator[tuple[str, str]]:
    if not seen.nodes and any(_unscheduled(pod) for pod in seen.pods):
        yield "the nodes", "get nodes -o yaml"
    if seen.route and seen.gateway is None and not told:
        parent = next(iter(parts(seen.route, "spec", "parentRefs")), {})
        space = text(parent, "namespace") or text(seen.route, "metadata", "namespace")
        yield "the Gateway", f"get gateway {text(parent, 'name')} -n {space} -o yaml"


def has_ended(pod: Object) -> bool:
    """Return whether a process of a Pod has ended at least once."""
    return any(
        number(status, "restartCount") or part(status, "state", "terminated")
        for status in parts(pod, "status", "containerStatuses")
    )


def _claims(pod: Object) -> list[Object]:
    return [volume for volume in parts(pod, "spec", "volumes") if part(volume, "persistentVolumeClaim")]


def _unscheduled(pod: Object) -> bool:
    return condition(part(pod, "status"), "PodScheduled").get("status") == "False"
