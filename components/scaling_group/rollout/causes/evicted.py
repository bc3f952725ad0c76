"""The node has ended the pod: it ran short of something, or could not take the pod in."""

from __future__ import annotations

from scaling_group.rollout.deployment_status import rollout_step
from scaling_group.rollout.fields import text
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

EVICTED = Cause(
    "pod-evicted",
    "The node evicted the Pod, usually because it was short of memory or disk.",
    "A new Pod replaces it. If it happens again, request what it needs: `--memory`.",
)
CAUSES = (EVICTED,)
#: The reason of the kubelet's event, and mostly of the status.
EVICTION = "Evicted"


def find(rollout: ObservedRollout, pod: Pod) -> Finding | None:
    """Return why the pod as a whole has failed."""
    event = pod.event(EVICTION)
    # Of a process that obeys and ends with 0 the status keeps no reason.
    reason = text(pod.found, "status", "reason") or (EVICTION if event else "")
    # A pod that has ended stays listed after another has taken its place.
    if not pod.over or not reason or rollout_step(rollout.deployment).complete:
        return None
    message = text(pod.found, "status", "message") or (event.message if event else "")
    return Finding(
        EVICTED,
        f"evicted by its node: {reason}",
        "A new pod replaces it. If it happens again, request what it needs: "
        + rollout.command("update", "--memory=MEMORY"),
        detail=f"pod {pod.name}: {reason}: {message.strip()}",
        since=pod.created,
        pod=pod.name,
    )
