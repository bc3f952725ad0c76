"""An API server whose lists and watches a test writes down, and a watch of it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from scaling_group.cluster.transport import Transport
from scaling_group.cluster.watch import ClusterWatch, watching
from scaling_group.reads import Selection

PODS = Selection("Pod", "default", labels={"app": "web"}, needed=True)
EVENTS = Selection("Event", "default")
LONGEST = 20.0


def pod(name: str, phase: str = "Running", version: int = 1) -> dict[str, Any]:
    metadata = {"name": name, "uid": f"uid-{name}", "resourceVersion": str(version)}
    return {"metadata": metadata, "status": {"phase": phase}}


class Broken(Exception):
    """The connection ends in the middle of an answer."""


def broken() -> None:
    raise Broken


@dataclass
class Answer:
    """What was written, in parts, then what `after` does."""

    code: int
    parts: list[bytes]
    after: Callable[[], None] = lambda: None

    @property
    def content(self) -> bytes:
        return b"".join(self.parts)


def answer(code: int, content: Any) -> Answer:
    return Answer(code, [json.dumps(content).encode()])


def listed(*items: dict[str, Any], version: int = 1, more: str = "") -> Answer:
    metadata = {"resourceVersion": str(version), "continue": more}
    return answer(200, {"metadata": metadata, "items": list(items)})


def event(kind: str, found: dict[str, Any]) -> bytes:
    return json.dumps({"type": kind, "object": found}).encode() + b"\n"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: ApiServer

    def do_GET(self) -> None:
        self.close_connection = True
        with suppress(Broken, OSError):
            self._give(self.server.next_answer(urlsplit(self.path)))
            self._write(b"")
            self.close_connection = False

    def _give(self, given: Answer) -> None:
        if not given.code:
            raise Broken
        self.send_response(given.code)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in filter(None, given.parts):
            self._write(part)
        given.after()

    def _write(self, part: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


#: The connection ends before there is an answer.
NONE = Answer(0, [])


class ApiServer(ThreadingHTTPServer):
    """Answers each list and each watch with the next of its answers, the last one again and again.

    Streams that are `held` end with the test.
    """

    daemon_threads = True

    def __init__(self, lists: list[Any], watches: list[Any]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = {"list": lists, "watch": watches}
        self.asked: list[SplitResult] = []
        self.ended = threading.Event()
        self._lock = threading.Lock()

    def stream(self, *events: bytes, after: Callable[[], None] | None = None) -> Answer:
        return Answer(200, list(events), after or self.hold)

    def hold(self) -> None:
        self.ended.wait(LONGEST)

    def next_answer(self, url: SplitResult) -> Answer:
        with self._lock:
            self.asked.append(url)
            answers = self.answers["watch" if "watch=true" in url.query else "list"]
            found = answers.pop(0) if len(answers) > 1 else answers[0]
        return found() if callable(found) else found

    def stays_away(self, *lists: Answer) -> Callable[[], None]:
        """Answer no list from the next one on; return what ends that with further answers."""
        self.answers["list"].append(NONE)

        def back() -> None:
            with self._lock:
                self.answers["list"][:] = lists

        return back

    def queries(self, kind: str) -> list[dict[str, str]]:
        found = [dict(parse_qsl(url.query)) for url in self.asked]
        return [query for query in found if ("watch" in query) == (kind == "watch")]


def requests_to(server: ThreadingHTTPServer) -> Transport:
    return Transport({"server": f"http://127.0.0.1:{server.server_address[1]}"}, {})


@contextmanager
def watched(server: ApiServer, *selections: Selection) -> Iterator[ClusterWatch]:
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    with server:
        try:
            with watching(requests_to(server), selections or (PODS,)) as watch:
                yield watch
        finally:
            server.ended.set()
            server.shutdown()


def until(watch: ClusterWatch, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < end, "it did not become so"
        watch.wait(0.05)


def names(watch: ClusterWatch) -> list[str]:
    return [found["metadata"]["name"] for found in watch.objects("Pod") or []]
