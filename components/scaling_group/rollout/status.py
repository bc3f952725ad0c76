"""The status of a group from its live objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from scaling_group.records import Diagnosis, Replicas, Status
from scaling_group.rollout.deployment_status import (
    REVISION,
    RolloutStep,
    caught_up,
    ever_complete,
    replicas_of,
    rollout_step,
)
from scaling_group.rollout.fields import Object, condition, number, part, parts, text
from scaling_group.rollout.route import route_step
from scaling_group.rollout.snapshot import Snapshot

#: Conditions of a Deployment that say that all is well, where they are true.
GOOD = ("Available", "Progressing")


class Judgement(NamedTuple):
    """Status, its reason (empty when all is well), the counts it was derived from, the causes, and notes."""

    status: Status
    reason: str
    replicas: Replicas
    diagnoses: tuple[Diagnosis, ...] = ()
    notes: tuple[Diagnosis, ...] = ()


def judge(seen: Snapshot) -> Judgement:
    """Return the status of a group whose Deployment exists; its reason is the first cause that is known.

    A rollout that reads complete is Degraded all the same while something is wrong with a pod of it: a
    process that ends again and again is Available for moments.
    """
    counts = replicas_of(seen.deployment)
    step = rollout_step(seen.deployment)
    waits = _awaited_routes(seen)
    if step.complete and not waits and _all_well(seen):
        return Judgement(Status.AVAILABLE if counts.desired else Status.SCALED_TO_ZERO, "", counts)
    return _with_causes(seen, counts, step, waits)


def _awaited_routes(seen: Snapshot) -> str:
    """Return what the first HTTPRoute that is not in service waits for, empty where all are."""
    own = "" if seen.route is None else route_step(seen.route, kind=seen.route_kind).message
    steps = (route_step(route, name).message for name, route in seen.path_routes.items())
    return own or next(filter(None, steps), "")


def needs_evidence(seen: Snapshot) -> bool:
    """Return whether events and more have to be read: something is wrong, or a probe may be about to kill a
    process, of which only an event tells.
    """
    if not seen.deployment:
        return False
    # Why replicas were added or taken away, an event tells.
    return any(map(may_be_killed, seen.pods)) or bool(seen.autoscalers or judge(seen).reason)


def may_be_killed(pod: Object) -> bool:
    """Return whether a container of a Pod is asked whether it lives: only an event tells of the answer."""
    return any("livenessProbe" in container for container in parts(pod, "spec", "containers"))


def _all_well(seen: Snapshot) -> bool:
    """Return whether neither a condition nor a pod tells of trouble, and nothing else was read that might.

    list and get read no more of a group that is well, and causes take longer to load than its objects.
    """
    others = (seen.other_routes, seen.backend_policies, seen.grants)
    if any((seen.events, seen.claims, seen.nodes, seen.certificate_names, seen.logs, *others)):
        return False
    if any(found is not None for found in (seen.gateway, seen.gateway_class, seen.scaled_object)):
        return False
    if seen.autoscalers and not _one_is_well(seen.autoscalers):
        return False
    conditions = parts(seen.deployment, "status", "conditions")
    good = all(each.get("status") == "True" and each.get("type") in GOOD for each in conditions)
    return good and all(map(_pod_is_well, seen.pods))


def _one_is_well(autoscalers: Sequence[Object]) -> bool:
    # Loaded where something scales: most groups have a fixed number of Pods.
    from scaling_group.rollout.autoscaling import is_well

    return len(autoscalers) == 1 and is_well(autoscalers[0])


def _pod_is_well(pod: Object) -> bool:
    """Return whether a pod is ready, stays, and no container of it has ever ended."""
    containers = parts(pod, "status", "containerStatuses")
    stays = text(pod, "status", "phase") == "Running" and not part(pod, "metadata").get("deletionTimestamp")
    ready = condition(part(pod, "status"), "Ready").get("status") == "True"
    return stays and ready and all(each.get("ready") and not each.get("restartCount") for each in containers)


def _with_causes(seen: Snapshot, counts: Replicas, step: RolloutStep, waits: str) -> Judgement:
    from scaling_group.rollout.causes.catalogue import CATALOGUE
    from scaling_group.rollout.diagnose import diagnose
    from scaling_group.rollout.observed_rollout import ObservedRollout
    from scaling_group.rollout.progress import doing

    told, known = diagnose(seen), {cause.category for cause in CATALOGUE if cause.note}
    causes = tuple(each for each in told if each.category not in known)
    notes = tuple(each for each in told if each.category in known)
    if not step.complete:
        reason = _reason(causes) or ", ".join(filter(None, (step.message, doing(ObservedRollout(seen)))))
        failed = step.failed and _given_up(causes)
        return Judgement(_unfinished(seen, failed, told=bool(causes)), reason, counts, causes, notes)
    if counts.desired == 0:
        return Judgement(Status.SCALED_TO_ZERO, "", counts, (), notes)
    if causes or waits:
        return Judgement(Status.DEGRADED, _reason(causes) or waits, counts, causes, notes)
    return Judgement(Status.AVAILABLE, "", counts, (), notes)


def _given_up(causes: tuple[Diagnosis, ...]) -> bool:
    """Return whether a deadline that is over is the end: not where something is being waited for."""
    deadline = next((cause for cause in causes if cause.category == "progress-deadline"), None)
    return deadline is None or deadline.terminal


def _reason(causes: tuple[Diagnosis, ...]) -> str:
    """Return the first cause, and that the revision before still serves where it does."""
    if not causes:
        return ""
    serves = next((c for c in causes[1:] if c.category == "old-revision-serves"), None)
    return "; ".join([causes[0].summary, *([serves.summary] if serves else [])])


def _unfinished(seen: Snapshot, failed: bool, *, told: bool) -> Status:
    """Return the status of a rollout that is not complete. told: causes are known."""
    if failed:
        return Status.FAILED
    if not caught_up(seen.deployment):
        observed = number(seen.deployment, "status", "observedGeneration")
        return Status.UPDATING if observed else Status.PENDING
    if ever_complete(seen.deployment):
        # While an autoscaler adds replicas, those that there were serve.
        return Status.UPDATING if seen.autoscalers and not told else Status.DEGRADED
    revision = text(part(seen.deployment, "metadata", "annotations"), REVISION) or "1"
    old = number(seen.deployment, "status", "replicas") > number(seen.deployment, "status", "updatedReplicas")
    return Status.UPDATING if old or revision != "1" else Status.PENDING
