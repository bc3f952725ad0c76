"""An API server whose lists and watches a test writes down, and a watch of it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from scaling_group.cluster.watch import ClusterWatch, watching
from scaling_group.reads import Selection

PODS = Selection("Pod", "default", labels={"app": "web"}, needed=True)
EVENTS = Selection("Event", "default")
LONGEST = 20.0


def pod(name: str, phase: str = "Running", version: int = 1) -> dict[str, Any]:
    metadata = {"name": name, "uid": f"uid-{name}", "resourceVersion": str(version)}
    return {"metadata": metadata, "status": {"phase": phase}}


def listed(*items: dict[str, Any], version: int = 1, more: str = "") -> httpx2.Response:
    metadata = {"resourceVersion": str(version), "continue": more}
    return httpx2.Response(200, json={"metadata": metadata, "items": list(items)})


def event(kind: str, found: dict[str, Any]) -> bytes:
    return json.dumps({"type": kind, "object": found}).encode() + b"\n"


class Chunks(httpx2.SyncByteStream):
    """The body of a stream: what was written, then what `after` does."""

    def __init__(self, chunks: list[bytes], after: Callable[[], None]) -> None:
        self._chunks = chunks
        self._after = after

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks
        self._after()


def broken() -> None:
    raise httpx2.ReadError("connection reset")


class ApiServer:
    """Answers each list and each watch with the next of its answers, the last one again and again.

    An answer is a response, or an error that is raised. Streams that are `held` end with the test.
    """

    def __init__(self, lists: list[Any], watches: list[Any]) -> None:
        self.answers = {"list": lists, "watch": watches}
        self.asked: list[httpx2.URL] = []
        self.ended = threading.Event()

    def stream(self, *events: bytes, after: Callable[[], None] | None = None) -> httpx2.Response:
        return httpx2.Response(200, stream=Chunks(list(events), after or self._hold))

    def _hold(self) -> None:
        self.ended.wait(LONGEST)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request.url)
        answers = self.answers["watch" if request.url.params.get("watch") else "list"]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if callable(answer):
            answer = answer()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def stays_away(self, *lists: httpx2.Response) -> Callable[[], None]:
        """Refuse all lists from the next one on; return what ends that with further answers."""
        self.answers["list"].append(httpx2.ConnectError("connection refused"))

        def back() -> None:
            self.answers["list"][:] = lists

        return back

    def queries(self, kind: str) -> list[dict[str, str]]:
        found = [dict(url.params) for url in self.asked]
        return [query for query in found if ("watch" in query) == (kind == "watch")]


@contextmanager
def watched(server: ApiServer, *selections: Selection) -> Iterator[ClusterWatch]:
    http = httpx2.Client(transport=httpx2.MockTransport(server), base_url="https://api.test")
    with watching(http, selections or (PODS,)) as watch:
        yield watch
    server.ended.set()


def until(watch: ClusterWatch, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < end, "it did not become so"
        watch.wait(0.05)


def names(watch: ClusterWatch) -> list[str]:
    return [found["metadata"]["name"] for found in watch.objects("Pod") or []]
