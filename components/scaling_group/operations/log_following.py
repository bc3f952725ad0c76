"""Logs as they are written, of pods that come and go."""

from __future__ import annotations

import math
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from scaling_group.errors import Unreachable, Unreadable
from scaling_group.operations.context import Context
from scaling_group.operations.gather import own_labels
from scaling_group.operations.presence import Presence
from scaling_group.operations.protocols import Object
from scaling_group.reads import LogQuery, Selection
from scaling_group.records import Record

#: Between two looks at which pods there are.
LOOK_SECONDS = 0.5
#: The beginning of time, for lines that carry none.
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class LogLine:
    """One line of one pod. time is that of the pod's node."""

    time: datetime
    pod: str
    text: str


def log_line(pod: str, line: str) -> LogLine:
    """Return a line that begins with its time; one without is taken as it is."""
    stamp, _, text = line.partition(" ")
    try:
        return LogLine(datetime.fromisoformat(stamp), pod, text)
    except ValueError:
        return LogLine(NEVER, pod, line)


def following(context: Context, record: Record, query: LogQuery, only: str | None) -> Iterator[LogLine]:
    """Yield lines as they come, those of new pods and containers too, until no pod is left.

    only: of the pod of this name. Raises Unreachable where the API server stays away.
    """
    namespace = record.environment.namespace
    readers = _Readers(context, namespace, query)
    chosen = [Selection("Pod", namespace, name=only, labels=own_labels(record), needed=True)]
    with context.cluster.watch(chosen) as watch:
        presence = Presence(watch, context.report, f"logs --name={record.name} -f")
        while True:
            if presence.current():
                pods = watch.objects("Pod") or []
                readers.read(pods)
                if not pods and readers.idle:
                    return
            yield from readers.lines()


class _Readers:
    """A thread for each pod that is read; what it has read goes into one queue."""

    def __init__(self, context: Context, namespace: str, query: LogQuery) -> None:
        self._context = context
        self._namespace = namespace
        self._query = query
        self._lines: queue.Queue[LogLine] = queue.Queue(maxsize=10_000)
        self._reading: set[str] = set()
        self._ended: set[str] = set()
        self._newest: dict[str, datetime] = {}
        #: Pods that were there from the start: of others, every line is new.
        self._first: set[str] | None = None

    @property
    def idle(self) -> bool:
        return not self._reading and self._lines.empty()

    def lines(self) -> Iterator[LogLine]:
        """Yield what has been read, or nothing after a while."""
        try:
            yield self._lines.get(timeout=LOOK_SECONDS)
            while True:
                yield self._lines.get_nowait()
        except queue.Empty:
            return

    def read(self, pods: list[Object]) -> None:
        """Begin with containers that have started and are not read yet, or no more."""
        if self._first is None:
            self._first = {str(pod["metadata"]["name"]) for pod in pods}
        for pod in pods:
            name, run, runs = str(pod["metadata"]["name"]), *_run(pod)
            # A stream of a container that still runs was cut, and goes on where it ended.
            if run and name not in self._reading and (runs or run not in self._ended):
                self._reading.add(name)
                threading.Thread(target=self._read, args=(name, run), daemon=True).start()

    def _read(self, pod: str, run: str) -> None:
        newest = self._newest.get(pod, NEVER)
        try:
            for text in self._context.cluster.log(self._namespace, pod, self._query_of(pod)):
                line = log_line(pod, text)
                if line.time > newest or line.time == NEVER:
                    self._newest[pod] = max(self._newest.get(pod, NEVER), line.time)
                    self._lines.put(line)
            self._ended.add(run)
        except Unreadable as error:
            self._ended.add(run)
            self._context.report(f"{pod}: {error.detail or error.message}")
        except Unreachable:
            # The watch notices it too, and says so.
            pass
        finally:
            self._reading.discard(pod)

    def _query_of(self, pod: str) -> LogQuery:
        if pod in self._newest:
            age = datetime.now(UTC) - self._newest[pod]
            return self._query._replace(tail=None, since=max(math.ceil(age.total_seconds()) + 1, 1))
        if pod in (self._first or ()):
            return self._query
        return self._query._replace(tail=None, since=None)


def _run(pod: Object) -> tuple[str, bool]:
    """Return which run of the container has a log, empty where none has, and whether it still runs."""
    statuses = (pod.get("status") or {}).get("containerStatuses") or [{}]
    state = statuses[0].get("state") or {}
    started = state.get("running") or state.get("terminated")
    run = f"{pod['metadata']['name']} {statuses[0].get('restartCount', 0)}" if started else ""
    return run, bool(state.get("running"))
