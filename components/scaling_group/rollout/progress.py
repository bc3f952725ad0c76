"""What the newest pods are about to do, where nothing is wrong yet."""

from __future__ import annotations

from collections import Counter

from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod


def doing(rollout: ObservedRollout) -> str:
    """Return in a few words what the pods that are not ready are at, empty where nobody knows."""
    doings = Counter(said for pod in rollout.pods if not pod.ready and (said := _doing(pod)))
    return ", ".join(f"{count} {said}" for said, count in doings.most_common())


def _doing(pod: Pod) -> str:
    if pod.phase == "Pending" and pod.event("Pulling") and not (pod.event("Pulled") or pod.event("Failed")):
        return "pulling the image"
    if any(container.running for container in pod.containers if not container.init):
        return "running but not ready"
    if any(container.running for container in pod.containers):
        return "in an init container"
    return "being created" if pod.containers else ""
