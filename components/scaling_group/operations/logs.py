"""The logs of a group's pods, as one."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaling_group.errors import Failed, NotFound, Unreadable
from scaling_group.manifests.deployment import CONTAINER
from scaling_group.operations.context import Context
from scaling_group.operations.gather import own_labels
from scaling_group.operations.log_following import LogLine, following, log_line
from scaling_group.operations.observed import known_group
from scaling_group.operations.protocols import Object
from scaling_group.reads import LogQuery


@dataclass(frozen=True)
class Logs:
    """replica: a pod by its number among the group's pods by name, from 0, or by its name; None: all.

    since: only lines of the last so many seconds. tail: at most so many lines of each pod.
    """

    name: str
    follow: bool = False
    previous: bool = False
    replica: str | None = None
    since: float | None = None
    tail: int | None = None

    def run(self, context: Context) -> Iterator[LogLine]:
        """Yield lines by time; with follow as they come, those of new pods too, without an end.

        Raises NotFound for an unknown group or replica, Failed where no pod has a log.
        """
        record = known_group(context, self.name).record
        namespace = record.environment.namespace
        pods = self._chosen(context.cluster.list_objects("Pod", namespace, own_labels(record)))
        if self.follow:
            only = None if self.replica is None else pods[0]
            return following(context, record, self._query(), only)
        return _merged(context, namespace, pods, self._query())

    def _query(self) -> LogQuery:
        since = None if self.since is None else math.ceil(self.since)
        return LogQuery(CONTAINER, self.previous, since, self.tail, self.follow)

    def _chosen(self, pods: Sequence[Object]) -> list[str]:
        names = sorted(str(pod["metadata"]["name"]) for pod in pods)
        if not names:
            raise Failed(
                f"{self.name} has no pods", resolution=f"See why with: scaling-group get --name={self.name}"
            )
        if self.replica is None:
            return names
        if self.replica in names:
            return [self.replica]
        if self.replica.isdecimal() and int(self.replica) < len(names):
            return [names[int(self.replica)]]
        raise NotFound(
            f"{self.name} has no replica {self.replica!r}",
            detail="\n".join(f"{number}: {name}" for number, name in enumerate(names)),
            resolution="Name one of them, by number or name.",
        )


def _merged(context: Context, namespace: str, pods: Sequence[str], query: LogQuery) -> Iterator[LogLine]:
    silent: list[str] = []

    def lines(pod: str) -> Iterator[LogLine]:
        try:
            yield from (log_line(pod, line) for line in context.cluster.log(namespace, pod, query))
        except Unreadable as error:
            silent.append(f"{pod}: {error.detail or error.message}")

    yield from heapq.merge(*map(lines, pods), key=lambda line: line.time)
    if len(silent) == len(pods):
        which = "a log of an earlier run" if query.previous else "a log"
        raise Failed(f"no replica has {which}", detail="\n".join(silent))
    for each in silent:
        context.report(each)
