"""How far a Deployment's rollout is: the questions of `kubectl rollout status`, in its order.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
"""

from __future__ import annotations

from typing import NamedTuple

from scaling_group.records import Replicas
from scaling_group.rollout.fields import Object, condition, number, part

#: The annotation with the number of the newest revision, on a Deployment and its ReplicaSets.
REVISION = "deployment.kubernetes.io/revision"


class RolloutStep(NamedTuple):
    """Where a rollout stands. message is empty when it is complete; failed cannot recover alone."""

    complete: bool
    message: str = ""
    failed: bool = False


def replicas_of(deployment: Object) -> Replicas:
    """Return the counts; the API server leaves out those that are 0."""
    return Replicas(
        desired=number(deployment, "spec", "replicas", default=1),
        updated=number(deployment, "status", "updatedReplicas"),
        ready=number(deployment, "status", "readyReplicas"),
        available=number(deployment, "status", "availableReplicas"),
    )


def caught_up(deployment: Object) -> bool:
    """Return whether the status is of the newest spec; before that it tells of the one before."""
    observed = number(deployment, "status", "observedGeneration")
    return observed >= number(deployment, "metadata", "generation")


def rollout_step(deployment: Object) -> RolloutStep:
    """Return the first thing that the rollout still waits for."""
    status = part(deployment, "status")
    desired, total = number(deployment, "spec", "replicas", default=1), number(status, "replicas")
    updated, available = number(status, "updatedReplicas"), number(status, "availableReplicas")
    if not caught_up(deployment):
        return RolloutStep(False, "the controller has not seen the change yet")
    progressing = condition(status, "Progressing")
    if progressing.get("reason") == "ProgressDeadlineExceeded":
        return RolloutStep(False, "the rollout exceeded its progress deadline", failed=True)
    if updated < desired:
        return RolloutStep(False, f"{updated} of {desired} replicas updated")
    if total > updated:
        return RolloutStep(False, f"{total - updated} old replicas still terminating")
    if available < updated:
        return RolloutStep(False, f"{available} of {desired} replicas available")
    return RolloutStep(True)


def ever_complete(deployment: Object) -> bool:
    """Return whether the newest revision has been complete at some time."""
    progressing = condition(part(deployment, "status"), "Progressing")
    return progressing.get("reason") == "NewReplicaSetAvailable"
