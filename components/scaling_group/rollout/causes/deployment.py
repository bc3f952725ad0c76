"""What the Deployment itself says: paused, out of time, or an update that is stuck while the old serves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scaling_group.rollout.deployment_status import rollout_step
from scaling_group.rollout.fields import condition, instant, number, part, text
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout

PAUSED = Cause(
    "paused",
    "The Deployment is paused, so changes are not rolled out.",
    "Resume it: `kubectl rollout resume deployment/NAME`.",
    source=""
    "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pausing-and-resuming-a-deployment",
    example="the Deployment is paused, so the change is not rolled out",
    hopeless="at once",
)
OLD_SERVES = Cause(
    "old-revision-serves",
    "An update does not become available. The pods of the previous revision keep serving.",
    "Correct it with `scaling-group update`, or run `scaling-group rollback`.",
    symptom=True,
    source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment",
    example="the old revision still serves with 2 of 2 replicas",
)
DEADLINE = Cause(
    "progress-deadline",
    "The rollout made no progress for longer than its deadline, which Kubernetes then reports.",
    "Fix the cause that is named before it; if there is none, see `scaling-group events` and `logs`.",
    symptom=True,
    source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment",
    example="the rollout made no progress for 600 s, its deadline",
    hopeless="unless a pull, a node or a gate is waited for",
)
EVICTION = Cause(
    "eviction-blocked",
    "A node is to be emptied, and a disruption budget keeps a Pod there until another is ready.",
    "Fix the cause that is named before it; the budget holds nothing else up.",
    symptom=True,
    source="https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    example="a disruption budget keeps the pod llm-6f9d7c5b88-o on its node until another is ready",
)
CAUSES = (PAUSED, OLD_SERVES, EVICTION, DEADLINE)

#: What drainers and autoscalers say where a budget allows no eviction.
BUDGET = re.compile(r"disruption budget|\bpdb\b[^\n]{0,300} prevents|violate[^\n]{0,60}budget", re.IGNORECASE)


def paused(rollout: ObservedRollout) -> Iterator[Finding]:
    """Yield that nobody rolls out what was changed."""
    is_paused = part(rollout.deployment, "spec").get("paused") is True
    if not is_paused or rollout_step(rollout.deployment).complete:
        return
    progressing = condition(rollout.status, "Progressing")
    yield Finding(
        PAUSED,
        "the Deployment is paused, so the change is not rolled out",
        f"Resume it: kubectl rollout resume deployment/{rollout.name} -n {rollout.namespace}",
        detail="Deployment spec.paused is true",
        terminal=True,
        since=instant(progressing, "lastUpdateTime"),
    )


def deadline(rollout: ObservedRollout) -> Iterator[Finding]:
    """Yield that Kubernetes has stopped to expect the rollout to come up."""
    progressing = condition(rollout.status, "Progressing")
    if progressing.get("reason") != "ProgressDeadlineExceeded":
        return
    seconds = number(rollout.deployment, "spec", "progressDeadlineSeconds", default=600)
    yield Finding(
        DEADLINE,
        f"the rollout made no progress for {seconds} s, its deadline",
        f"Find out what blocks it: {rollout.command('events')}; {rollout.command('logs')}",
        detail=f"Deployment condition Progressing: {text(progressing, 'message')}",
        terminal=True,
        since=instant(progressing, "lastTransitionTime"),
    )


def patient(rollout: ObservedRollout, found: Finding) -> Finding:
    """Return a finding as it is where waiting is right: a deadline that is over ends nothing then."""
    if found.cause is not DEADLINE:
        return found
    longer = rollout.command("update", "--progress-deadline=SECONDS")
    return replace(
        found,
        terminal=False,
        resolution=f"What it waits for is named before. Allow it more time: {longer}",
    )


def old_serves(rollout: ObservedRollout) -> Iterator[Finding]:
    """Yield that an update in trouble has not taken down what was there before."""
    if not rollout.old_ready:
        return
    yield Finding(
        OLD_SERVES,
        f"the old revision still serves with {rollout.old_ready} of {rollout.desired} replicas",
        f"Correct the update, or roll back: {rollout.command('rollback')}",
        detail="pods of the previous ReplicaSet are Ready",
    )


def eviction(rollout: ObservedRollout) -> Iterator[Finding]:
    """Yield that a disruption budget keeps a pod from being evicted: a rollout does not wait for it."""
    for pod in rollout.every_pod:
        said = next((event for event in reversed(pod.events) if BUDGET.search(event.message)), None)
        if said and not pod.over:
            yield Finding(
                EVICTION,
                f"a disruption budget keeps the pod {pod.name} on its node until another is ready",
                EVICTION.advice,
                detail=f"pod {pod.name}: {said.reason}: {said.message}",
                since=said.first,
            )
            return
