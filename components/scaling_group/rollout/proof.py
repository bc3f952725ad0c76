"""Whether recorded objects are enough to believe that a group is Available."""

from __future__ import annotations

from scaling_group.rollout.causes.probes import FAILURES, PERIOD
from scaling_group.rollout.containers import Container
from scaling_group.rollout.fields import labels_of, number, part, text
from scaling_group.rollout.more_evidence import has_ended
from scaling_group.rollout.object_lists import MANAGED_BY
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.rollout.status import may_be_killed

NOT_RECORDED = "not among the recorded objects"


def unproven(seen: Snapshot) -> str:
    """Return what has to be known before an Available group is believed, empty where it is proven.

    A process that ends again and again is Available for moments, and so is one that a probe is about to
    kill: its Pod tells, an event, or how long it has run. A group is served by a route.
    """
    if lacking := _pods_lacking(seen):
        return lacking
    if labels_of(seen.deployment).get(MANAGED_BY) == "scaling-group" and seen.route is None:
        return f"its {seen.route_kind} is {NOT_RECORDED}"
    if not seen.events and any(map(may_be_killed, seen.pods)):
        return f"the events, which tell of a liveness probe that fails, are {NOT_RECORDED}"
    pods = ObservedRollout(seen).pods
    if any(_may_have_failed(seen, pod, container) for pod in pods for container in pod.containers):
        return "its liveness probe may have failed, or has not had the time to"
    if not seen.taken and any(has_ended(pod) for pod in seen.pods):
        return "a process was restarted, and nobody knows how long before the recording"
    return ""


def _pods_lacking(seen: Snapshot) -> str:
    known = sum(text(pod, "status", "phase") not in ("Failed", "Succeeded") for pod in seen.pods)
    wanted = number(seen.deployment, "status", "replicas")
    if known >= wanted:
        return ""
    lacking = f"{wanted - known} of its {wanted} Pods" if known else "its Pods"
    return f"{lacking} are {NOT_RECORDED}"


def _may_have_failed(seen: Snapshot, pod: Pod, container: Container) -> bool:
    """Return whether a liveness probe may have given a container up, and the event that says so is missing.

    Each failure is an event; a container that has not run for as long as all tries take is not past them.
    """
    probe, since = part(container.spec, "livenessProbe"), container.running_since
    if not probe or not since or not seen.taken:
        return False
    delay = number(probe, "initialDelaySeconds")
    tries = number(probe, "failureThreshold", default=FAILURES)
    ran = (seen.taken - since).total_seconds()
    if failure := pod.event("Unhealthy", "Liveness probe"):
        return failure.count >= tries
    return delay < ran < delay + number(probe, "periodSeconds", default=PERIOD) * (tries + 1)
