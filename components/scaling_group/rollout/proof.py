"""Whether recorded objects are enough to believe that a group is Available."""

from __future__ import annotations

from scaling_group.rollout.causes.probes import FAILURES, PERIOD
from scaling_group.rollout.fields import Object, labels_of, number, part, parts, text
from scaling_group.rollout.more_evidence import has_ended
from scaling_group.rollout.object_lists import MANAGED_BY
from scaling_group.rollout.pods import Pod
from scaling_group.rollout.snapshot import Snapshot

NOT_RECORDED = "not among the recorded objects"


def unproven(seen: Snapshot) -> str:
    """Return what has to be known before an Available group is believed, empty where it is proven.

    A process that ends again and again is Available for moments, and so is one that a probe is about to
    kill: its Pod tells, an event, or how long it has run. A group is served by a route.
    """
    if lacking := _pods_lacking(seen):
        return lacking
    if labels_of(seen.deployment).get(MANAGED_BY) == "scaling-group" and seen.route is None:
        return f"its HTTPRoute is {NOT_RECORDED}"
    if not seen.events and any(map(_may_be_killed, seen.pods)):
        return f"the events, which tell of a liveness probe that fails, are {NOT_RECORDED}"
    if any(_not_asked_yet(seen, Pod(found)) for found in seen.pods):
        return "its liveness probe has not had the time to fail"
    if not seen.taken and any(has_ended(pod) for pod in seen.pods):
        return "a process was restarted, and nobody knows how long before the recording"
    return ""


def _pods_lacking(seen: Snapshot) -> str:
    known = sum(text(pod, "status", "phase") not in ("Failed", "Succeeded") for pod in seen.pods)
    wanted = number(seen.deployment, "status", "replicas")
    if known >= wanted:
        return ""
    return (
        f"its Pods are {NOT_RECORDED}"
        if not known
        else (f"{wanted - known} of its {wanted} Pods are {NOT_RECORDED}")
    )


def _may_be_killed(pod: Object) -> bool:
    """Return whether a container of a Pod is asked whether it lives: only an event tells of the answer."""
    return any("livenessProbe" in container for container in parts(pod, "spec", "containers"))


def _not_asked_yet(seen: Snapshot, pod: Pod) -> bool:
    """Return whether a container has run for less than its liveness probe needs to give it up.

    A kill is told by an event alone, until it is done.
    """
    for container in pod.containers:
        probe, since = part(container.spec, "livenessProbe"), container.running_since
        period = number(probe, "periodSeconds", default=PERIOD)
        tries = number(probe, "failureThreshold", default=FAILURES) + 1
        needed = number(probe, "initialDelaySeconds") + period * tries
        if probe and since and seen.taken and (seen.taken - since).total_seconds() < needed:
            return True
    return False
