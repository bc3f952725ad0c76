"""The status of a group from its live objects."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.records import Diagnosis, Replicas, Status
from scaling_group.rollout.diagnose import diagnose
from scaling_group.rollout.ladder import caught_up, condition, ever_complete, replicas_of, rollout_step
from scaling_group.rollout.pods import pod_reason
from scaling_group.rollout.route import route_step
from scaling_group.rollout.snapshot import Snapshot

#: The Deployment controller numbers its ReplicaSets here.
REVISION_ANNOTATION = "deployment.kubernetes.io/revision"


@dataclass(frozen=True)
class Judgement:
    """Status, its reason (empty when all is well), the counts it was derived from, and the causes."""

    status: Status
    reason: str
    replicas: Replicas
    diagnoses: tuple[Diagnosis, ...] = ()


def judge(seen: Snapshot) -> Judgement:
    """Return the status of a group whose Deployment exists."""
    counts = replicas_of(seen.deployment)
    causes = tuple(diagnose(seen))
    step = rollout_step(seen.deployment)
    if not step.complete:
        return Judgement(_unfinished(seen, step.failed), _why(seen, step.message), counts, causes)
    if counts.desired == 0:
        return Judgement(Status.SCALED_TO_ZERO, "", counts)
    route = route_step(seen.route)
    if not route.complete:
        return Judgement(Status.DEGRADED, route.message, counts, causes)
    return Judgement(Status.AVAILABLE, "", counts)


def _unfinished(seen: Snapshot, failed: bool) -> Status:
    if failed:
        return Status.FAILED
    if not caught_up(seen.deployment):
        observed = (seen.deployment.get("status") or {}).get("observedGeneration", 0)
        return Status.UPDATING if observed else Status.PENDING
    if ever_complete(seen.deployment):
        return Status.DEGRADED
    revision = (seen.deployment["metadata"].get("annotations") or {}).get(REVISION_ANNOTATION, "1")
    return Status.PENDING if revision == "1" else Status.UPDATING


def _why(seen: Snapshot, message: str) -> str:
    refused = condition(seen.deployment.get("status") or {}, "ReplicaFailure")
    cause = pod_reason(seen.pods) or refused.get("message", "")
    return f"{message}; {cause}" if cause else message
