"""Whether pods that have crashed have recovered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

Object = Mapping[str, Any]

#: A container that was started again counts as well once it has run for so long.
STEADY = timedelta(seconds=15)


def steady(pods: Iterable[Object], now: datetime) -> bool:
    """Return whether no container has ended lately, in pods that are to stay."""
    return all(_is_steady(status, now) for pod in pods for status in _containers(pod))


def _containers(pod: Object) -> Iterator[Object]:
    if not pod["metadata"].get("deletionTimestamp"):
        yield from (pod.get("status") or {}).get("containerStatuses") or ()


def _is_steady(status: Object, now: datetime) -> bool:
    state = status.get("state") or {}
    if state.get("terminated"):
        return False
    if not status.get("restartCount"):
        return True
    running = state.get("running") or {}
    return bool(running) and now - datetime.fromisoformat(str(running["startedAt"])) >= STEADY
