"""How far a Deployment's rollout is: the questions of `kubectl rollout status`, in its order.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scaling_group.records import Replicas

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """Where a rollout stands. message is empty when it is complete; failed cannot recover alone."""

    complete: bool
    message: str = ""
    failed: bool = False


def condition(holder: Object, kind: str) -> Object:
    """Return the condition of a type, empty where there is none."""
    return next((c for c in holder.get("conditions") or () if c.get("type") == kind), {})


def replicas_of(deployment: Object) -> Replicas:
    """Return the counts; the API server leaves out those that are 0."""
    status = deployment.get("status") or {}
    return Replicas(
        desired=_desired(deployment),
        updated=status.get("updatedReplicas", 0),
        ready=status.get("readyReplicas", 0),
        available=status.get("availableReplicas", 0),
    )


def _desired(deployment: Object) -> int:
    replicas = deployment["spec"].get("replicas")
    return 1 if replicas is None else int(replicas)


def caught_up(deployment: Object) -> bool:
    """Return whether the status is of the newest spec; before that it tells of the one before."""
    observed: int = (deployment.get("status") or {}).get("observedGeneration", 0)
    generation: int = deployment["metadata"].get("generation", 0)
    return observed >= generation


def rollout_step(deployment: Object) -> Step:
    """Return the first thing that the rollout still waits for."""
    status = deployment.get("status") or {}
    desired, total = _desired(deployment), status.get("replicas", 0)
    counts = replicas_of(deployment)
    if not caught_up(deployment):
        return Step(False, "the controller has not seen the change yet")
    progressing = condition(status, "Progressing")
    if progressing.get("reason") == "ProgressDeadlineExceeded":
        return Step(False, "the rollout exceeded its progress deadline", failed=True)
    if counts.updated < desired:
        return Step(False, f"{counts.updated} of {desired} replicas updated")
    if total > counts.updated:
        return Step(False, f"{total - counts.updated} of the old replicas still to end")
    if counts.available < counts.updated:
        return Step(False, f"{counts.available} of {desired} replicas available")
    return Step(True)


def ever_complete(deployment: Object) -> bool:
    """Return whether the newest revision has been complete at some time."""
    progressing = condition(deployment.get("status") or {}, "Progressing")
    return progressing.get("reason") == "NewReplicaSetAvailable"
