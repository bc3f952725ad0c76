"""What the newest pods are about to do, where nothing is wrong yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scaling_group.rollout.causes.listening import probe_failure
from scaling_group.rollout.containers import Container
from scaling_group.rollout.fields import number
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod


def doing(rollout: ObservedRollout) -> str:
    """Return in a few words what the pods that are not ready are at, empty where nobody knows."""
    doings = Counter(said for pod in rollout.pods if not pod.ready and (said := _doing(pod)))
    told = [f"{count} {said}" for said, count in doings.most_common()]
    return ", ".join([*told, *_counted_later(rollout)])


def _counted_later(rollout: ObservedRollout) -> Iterator[str]:
    """Yield how many pods are ready, and not for long enough to count as available."""
    seconds = number(rollout.deployment, "spec", "minReadySeconds")
    late = sum(pod.ready for pod in rollout.pods) - number(rollout.status, "availableReplicas")
    if seconds and late > 0:
        yield f"{late} ready for less than {seconds} s (minReadySeconds)"


def _doing(pod: Pod) -> str:
    if pod.phase == "Pending" and pod.event("Pulling") and not (pod.event("Pulled") or pod.event("Failed")):
        return "pulling the image"
    if running := [container for container in pod.containers if container.running and not container.init]:
        failing = next(filter(None, (_failing(pod, container) for container in running)), "")
        return f"running but not ready{failing}"
    if first := next((container for container in pod.containers if container.running), None):
        return f"in the init container {first.name}" if first.name else "in an init container"
    return "being created" if pod.containers else ""


def _failing(pod: Pod, container: Container) -> str:
    """Return which probe of this run has failed, as no cause yet: a start may take its time."""
    kind = "startup" if container.status.get("started") is False else "readiness"
    event = pod.event("Unhealthy", f"{kind.capitalize()} probe", container=container.name)
    old = event and event.last and container.running_since and event.last < container.running_since
    if container.ready or not event or old:
        return ""
    return f" ({kind} probe fails so far: {probe_failure(pod, container, kind)})"
