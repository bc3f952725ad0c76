"""The node has ended the pod: it ran short of something, or could not take the pod in."""

from __future__ import annotations

from scaling_group.rollout.fields import text
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.ladder import rollout_step
from scaling_group.rollout.pods import Pod
from scaling_group.rollout.situation import Situation

EVICTED = Cause(
    "pod-evicted",
    "The node has ended the pod, mostly because it ran short of memory or disk.",
    "Another pod takes its place. Where it happens again, ask for what it needs: `--memory`.",
)
CAUSES = (EVICTED,)


def find(situation: Situation, pod: Pod) -> Finding | None:
    """Return why the pod as a whole has failed."""
    reason = text(pod.found, "status", "reason")
    # A pod that has failed stays listed after another has taken its place.
    if pod.phase != "Failed" or not reason or rollout_step(situation.deployment).complete:
        return None
    return Finding(
        EVICTED,
        f"ended by its node: {reason}",
        "Another pod takes its place. If it happens again, ask for what it needs: "
        + situation.command("update", "--memory=MEMORY"),
        detail=f"pod {pod.name}: {reason}: {text(pod.found, 'status', 'message')}",
        since=pod.created,
        pod=pod.name,
    )
