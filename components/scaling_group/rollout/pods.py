"""The newest thing that keeps pods from running, in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scaling_group.rollout.ladder import condition

Object = Mapping[str, Any]

#: Waiting reasons of a pod that is on its way.
HARMLESS = frozenset({"ContainerCreating", "PodInitializing", ""})


def pod_reason(pods: Iterable[Object]) -> str:
    """Return why the newest pod that is in trouble is, empty where none is."""
    newest_first = sorted(pods, key=lambda pod: str(pod["metadata"]["creationTimestamp"]), reverse=True)
    return next((reason for pod in newest_first if (reason := _reason(pod))), "")


def restarted(pods: Iterable[Object]) -> bool:
    """Return whether a container has ended or been started again, in pods that are to stay."""
    statuses = [status for pod in pods if not _deleting(pod) for status in _containers(pod)]
    return any(s.get("restartCount", 0) or _terminated(s) for s in statuses)


def _deleting(pod: Object) -> bool:
    return bool(pod["metadata"].get("deletionTimestamp"))


def _containers(pod: Object) -> Iterator[Object]:
    yield from (pod.get("status") or {}).get("containerStatuses") or ()


def _terminated(status: Object) -> Object | None:
    return (status.get("state") or {}).get("terminated") or (status.get("lastState") or {}).get("terminated")


def _reason(pod: Object) -> str:
    if _deleting(pod):
        return ""
    name = pod["metadata"]["name"]
    scheduled = condition(pod.get("status") or {}, "PodScheduled")
    if scheduled.get("status") == "False":
        return f"pod {name}: {scheduled.get('reason')}: {scheduled.get('message')}"
    reasons = (_container_reason(status) for status in _containers(pod))
    return next((f"pod {name}: {reason}" for reason in reasons if reason), "")


def _container_reason(status: Object) -> str:
    # The kubelet leaves `terminated` in place during most of a back-off, and an OOM kill shows
    # only in the last state once it backs off: the end of the process says more than the wait.
    ended = _terminated(status)
    if ended:
        count = status.get("restartCount", 0)
        restarts = f", restarted {count}x" if count else ""
        return f"{ended.get('reason')} (exit code {ended.get('exitCode')}{restarts})"
    waiting = (status.get("state") or {}).get("waiting") or {}
    if waiting.get("reason", "") in HARMLESS:
        return ""
    message = waiting.get("message")
    return f"{waiting['reason']}: {message}" if message else str(waiting["reason"])
