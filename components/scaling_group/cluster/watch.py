"""Objects of several kinds, kept current: a list and a watch of each, begun anew whatever happens.

https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from scaling_group.cluster.forms import EVENT, IDENTIFIED, STATUS, VERSIONED, answer_of, object_of, page_of
from scaling_group.cluster.kinds import path_of
from scaling_group.cluster.refused import Refused
from scaling_group.cluster.request import PAGE, Request, Requests, Stream
from scaling_group.errors import Unreadable, more_files
from scaling_group.reads import Selection

Object = dict[str, Any]

#: A stream is closed by the API server after so many seconds and opened again where it ended.
STREAM_SECONDS = 30
#: So much later a silent stream is a broken connection that nobody has closed.
GRACE_SECONDS = 10
#: Changes within so many seconds are taken for one.
TOGETHER_SECONDS = 0.05
#: Between two tries while the API server is away, doubling from the first to the second.
RETRY_SECONDS = (0.2, 2.0)
GONE = 410
#: Answers that no second try changes: not allowed, no such kind.
UNREADABLE = (403, 404)


class ClusterWatch:
    """Follows selections from threads of its own until it is closed."""

    def __init__(self, requests: Requests, selections: Sequence[Selection]) -> None:
        self._changed = threading.Condition()
        self._changes = self._seen = 0
        self._followers = [_Follower(requests, selection, self._tell) for selection in selections]
        for follower in self._followers:
            threading.Thread(target=follower.run, daemon=True).start()

    def now(self) -> float:
        """Return the seconds of a clock that only goes forward."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Return at the next change, or after so many seconds."""
        with self._changed:
            changed = self._changed.wait_for(lambda: self._changes > self._seen, max(seconds, 0))
        if changed:
            # Changes come in groups; one look is enough for them.
            time.sleep(TOGETHER_SECONDS)
        self._seen = self._changes

    @property
    def complete(self) -> bool:
        """Whether everything has been read once."""
        return all(follower.objects is not None or follower.unreadable for follower in self._followers)

    @property
    def trouble(self) -> str:
        """Why what is known may be out of date, empty where it is current."""
        return next((follower.trouble for follower in self._followers if follower.trouble), "")

    def objects(self, kind: str) -> list[Object] | None:
        """Return the objects of a kind by name, as they are now; None where they are not or cannot be read.

        Raises Unreadable where they cannot be and are needed.
        """
        followers = [follower for follower in self._followers if follower.selection.kind == kind]
        found: list[Object] = []
        for follower in followers:
            if follower.unreadable and follower.selection.needed:
                raise Unreadable(f"{kind} cannot be watched", detail=follower.unreadable)
            if follower.objects is None:
                return None
            found += follower.objects.values()
        return sorted(found, key=lambda each: str(each["metadata"]["name"])) if followers else None

    def close(self) -> None:
        for follower in self._followers:
            follower.stop()

    def _tell(self) -> None:
        with self._changed:
            self._changes += 1
            self._changed.notify_all()


class _Follower:
    """One selection: what is known of it, replaced as a whole at each list."""

    def __init__(self, requests: Requests, selection: Selection, changed: Callable[[], None]) -> None:
        self.selection = selection
        self.objects: Mapping[str, Object] | None = None
        self.trouble = ""
        self.unreadable = ""
        self._requests = requests
        self._changed = changed
        self._path = path_of(selection.kind, selection.namespace)
        self._stopped = threading.Event()
        self._stream: Stream | None = None

    def run(self) -> None:
        """Follow until stopped; a connection that ends is no trouble before the next list fails."""
        failures = 0
        while not self._stopped.is_set() and not self.unreadable:
            try:
                version = self._list()
                failures = 0
                self._follow_on(version)
            except Refused as error:
                # An API server that starts refuses for a moment what it will allow again.
                if error.code in UNREADABLE and self.objects is None:
                    self.unreadable = str(error)
                    self._changed()
                else:
                    failures += error.code != GONE
                    self._pause(failures, str(error))
            except (OSError, ValueError) as error:
                failures += 1
                why = (str(error) or type(error).__name__, more_files(error))
                self._pause(failures, "\n".join(filter(None, why)))

    def _follow_on(self, version: str) -> None:
        """Follow from one stream to the next; returns where only lists are allowed."""
        while not self._stopped.is_set():
            try:
                version = self._follow(version)
            except Refused as error:
                if error.code not in UNREADABLE:
                    raise
                self._stopped.wait(RETRY_SECONDS[1])
                return
            self._stopped.wait(RETRY_SECONDS[0])

    def stop(self) -> None:
        """End the thread, also one that waits for the next line."""
        self._stopped.set()
        if stream := self._stream:
            stream.stop()

    def _pause(self, failures: int, why: str) -> None:
        first, longest = RETRY_SECONDS
        if failures > 1:
            self.trouble = why
            self._changed()
        self._stopped.wait(min(first * 2 ** max(failures - 1, 0), longest))

    def _list(self) -> str:
        """Read everything and return the version to watch from."""
        found: dict[str, Object] = {}
        query = {**self.selection.parameters(), "limit": str(PAGE)}
        while True:
            page = page_of(self.selection.kind, orjson.loads(self._requests.send(self._get(query))))
            # Items of a list have no kind, those of a watch have one.
            items = [{"kind": self.selection.kind, **item} for item in page["items"]]
            found |= {_uid(item): item for item in items}
            metadata = answer_of(VERSIONED, page)["metadata"]
            version, more = metadata["resourceVersion"], metadata.get("continue")
            if not more:
                break
            query["continue"] = more
        self.objects, self.trouble = found, ""
        self._changed()
        return str(version)

    def _follow(self, version: str) -> str:
        """Take in what changes until the stream ends, and return the version to go on from."""
        query = {
            **self.selection.parameters(),
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": version,
            "timeoutSeconds": str(STREAM_SECONDS),
        }
        with self._requests.stream(self._get(query), STREAM_SECONDS + GRACE_SECONDS) as stream:
            self._stream = stream
            lines = stream.lines()
            try:
                # A stop that came before there was anything to stop.
                while not self._stopped.is_set() and (line := next(lines, None)) is not None:
                    version = self._take_in(orjson.loads(line))
            finally:
                # Its connection may serve another request next.
                self._stream = None
        return version

    def _get(self, query: Mapping[str, str]) -> Request:
        return Request("GET", self._path, query)

    def _take_in(self, line: Any) -> str:
        event = answer_of(EVENT, line)
        kind, found = event["type"], event["object"]
        if kind == "ERROR":
            status = answer_of(STATUS, found)
            raise Refused(status.get("code") or 0, status.get("message") or "")
        if kind != "BOOKMARK":
            uid = _uid(object_of(self.selection.kind, found))
            others = {key: each for key, each in (self.objects or {}).items() if key != uid}
            self.objects = others if kind == "DELETED" else {**others, uid: found}
            self._changed()
        return str(answer_of(VERSIONED, found)["metadata"]["resourceVersion"])


def _uid(found: Object) -> str:
    return str(answer_of(IDENTIFIED, found)["metadata"]["uid"])


@contextlib.contextmanager
def watching(requests: Requests, selections: Sequence[Selection]) -> Iterator[ClusterWatch]:
    """Yield the watch, and end its threads."""
    watch = ClusterWatch(requests, selections)
    try:
        yield watch
    finally:
        watch.close()
