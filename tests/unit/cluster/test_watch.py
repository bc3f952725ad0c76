"""A watch stays current whatever its streams go through."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest

from scaling_group.cluster.watch import ClusterWatch, watching
from scaling_group.errors import Unreadable
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
        self._answers = {"list": lists, "watch": watches}
        self.asked: list[httpx2.URL] = []
        self.ended = threading.Event()

    def stream(self, *events: bytes, after: Callable[[], None] | None = None) -> httpx2.Response:
        return httpx2.Response(200, stream=Chunks(list(events), after or self._hold))

    def _hold(self) -> None:
        self.ended.wait(LONGEST)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request.url)
        answers = self._answers["watch" if request.url.params.get("watch") else "list"]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if callable(answer):
            answer = answer()
        if isinstance(answer, Exception):
            raise answer
        return answer

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
        watch.wait(0.5)


def names(watch: ClusterWatch) -> list[str]:
    return [found["metadata"]["name"] for found in watch.objects("Pod") or []]


def test_what_is_there_is_listed_and_followed():
    server = ApiServer([listed(pod("b"), pod("a"), version=7)], [])
    gone, new = pod("b", version=9), pod("c", version=10)
    changed = pod("a", "Failed", version=8)
    events = [event("MODIFIED", changed), event("DELETED", gone), event("ADDED", new)]
    server._answers["watch"] = [server.stream(*events), server.stream]

    with watched(server) as watch:
        until(watch, lambda: names(watch) == ["a", "c"])
        assert [found["status"]["phase"] for found in watch.objects("Pod") or []] == ["Failed", "Running"]
        assert watch.complete
        assert watch.trouble == ""

    first = server.asked[0]
    assert first.path == "/api/v1/namespaces/default/pods"
    assert server.queries("list")[0]["labelSelector"] == "app=web"
    assert server.queries("watch")[0]["resourceVersion"] == "7"


def test_a_list_of_many_pages_is_read_whole():
    server = ApiServer([listed(pod("a"), more="next"), listed(pod("b"), version=3)], [])
    server._answers["watch"] = [server.stream]

    with watched(server) as watch:
        until(watch, lambda: names(watch) == ["a", "b"])
        until(watch, lambda: bool(server.queries("watch")))

    assert [query.get("continue") for query in server.queries("list")] == [None, "next"]
    assert server.queries("watch")[0]["resourceVersion"] == "3"


def test_a_stream_that_ends_is_opened_again_where_it_ended():
    server = ApiServer([listed(pod("a"), version=7)], [])
    bookmark = event("BOOKMARK", {"metadata": {"resourceVersion": "40"}})
    server._answers["watch"] = [server.stream(bookmark, after=lambda: None), server.stream]

    with watched(server) as watch:
        until(watch, lambda: len(server.queries("watch")) == 2)

    assert server.queries("watch")[1]["resourceVersion"] == "40"
    assert len(server.queries("list")) == 1


GONE = {"kind": "Status", "code": 410, "message": "too old resource version"}


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(lambda server: server.stream(event("ERROR", GONE)), id="410 in the stream"),
        pytest.param(lambda server: httpx2.Response(410, json=GONE), id="410 at once"),
        pytest.param(lambda server: server.stream(after=broken), id="a broken connection"),
        pytest.param(lambda server: server.stream(b'{"type": "ADD', after=lambda: None), id="half a line"),
        pytest.param(lambda server: httpx2.Response(500, text="etcd has no leader"), id="a failing server"),
        pytest.param(lambda server: httpx2.ReadTimeout("silence"), id="silence"),
    ],
)
def test_whatever_ends_a_stream_is_made_good_by_a_new_list(first):
    server = ApiServer([listed(pod("a"), version=7), listed(pod("b"), version=90)], [])
    server._answers["watch"] = [first(server), server.stream]

    with watched(server) as watch:
        until(watch, lambda: names(watch) == ["b"])
        until(watch, lambda: len(server.queries("watch")) == 2)
        assert watch.trouble == ""

    assert server.queries("watch")[1]["resourceVersion"] == "90"


def test_an_api_server_that_stays_away_is_trouble_until_it_is_back():
    refused = httpx2.ConnectError("connection refused")
    server = ApiServer([listed(pod("a")), refused, refused, refused, listed(pod("b"))], [])
    server._answers["watch"] = [server.stream(after=broken), server.stream]

    with watched(server) as watch:
        until(watch, lambda: watch.trouble == "connection refused")
        assert names(watch) == ["a"], "what was known stays known"
        until(watch, lambda: names(watch) == ["b"])
        assert watch.trouble == ""


def test_an_api_server_that_is_away_from_the_start_is_trouble():
    refused = httpx2.ConnectError("connection refused")
    server = ApiServer([refused, refused, listed(pod("a"))], [])
    server._answers["watch"] = [server.stream]

    with watched(server) as watch:
        until(watch, lambda: watch.trouble == "connection refused")
        assert not watch.complete
        assert watch.objects("Pod") is None
        until(watch, lambda: watch.complete)


@pytest.mark.parametrize("code", [403, 404])
def test_what_may_not_be_read_is_left_out_where_it_is_not_needed(code):
    server = ApiServer([httpx2.Response(code, json={"message": "no"})], [])

    with watched(server, EVENTS) as watch:
        until(watch, lambda: watch.complete)
        assert watch.objects("Event") is None
        assert watch.trouble == ""


def test_what_is_needed_and_may_not_be_read_is_an_error():
    server = ApiServer([httpx2.Response(403, json={"message": "pods is forbidden"})], [])

    with watched(server) as watch:
        until(watch, lambda: watch.complete)
        with pytest.raises(Unreadable) as caught:
            watch.objects("Pod")

    assert caught.value.detail == "pods is forbidden"


def test_a_refusal_after_a_start_passes():
    forbidden = httpx2.Response(403, json={"message": "RBAC: not yet"})
    server = ApiServer([listed(pod("a")), forbidden, listed(pod("b"))], [])
    server._answers["watch"] = [server.stream(after=broken), server.stream]

    with watched(server) as watch:
        until(watch, lambda: names(watch) == ["b"])


def test_where_only_lists_are_allowed_they_are_repeated():
    forbidden = httpx2.Response(403, json={"message": "cannot watch"})
    server = ApiServer([listed(pod("a")), listed(pod("b"))], [forbidden])

    with watched(server) as watch:
        until(watch, lambda: names(watch) == ["b"])
        assert watch.trouble == ""


def test_a_kind_that_nobody_selected_is_not_read():
    server = ApiServer([listed()], [])
    server._answers["watch"] = [server.stream]

    with watched(server) as watch:
        assert watch.objects("Event") is None


def test_a_wait_without_a_change_ends_with_its_time():
    server = ApiServer([listed()], [])
    server._answers["watch"] = [server.stream]

    with watched(server) as watch:
        until(watch, lambda: watch.complete)
        before = watch.now()
        watch.wait(0.01)
        assert watch.now() >= before


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"])
def test_what_unicode_counts_as_a_line_break_cuts_no_event_in_two(end):
    """Whoever writes a message or an annotation would otherwise stop every watch of the namespace."""
    server = ApiServer([listed(version=7)], [])
    written = pod(f"a{end}b", version=8)
    line = json.dumps({"type": "ADDED", "object": written}, ensure_ascii=False).encode() + b"\n"
    server._answers["watch"] = [server.stream(line[:20], line[20:]), server.stream]

    with watched(server) as watch:
        until(watch, lambda: bool(names(watch)))
        assert names(watch) == [f"a{end}b"]

    assert len(server.queries("list")) == 1


UNLIKE: list[Any] = [
    [],
    7,
    None,
    {"type": "ADDED"},
    {"type": "ADDED", "object": []},
    {"type": "ADDED", "object": {"metadata": {"name": "c"}}},
    {"type": "ADDED", "object": {"metadata": {"uid": "u", "resourceVersion": "8"}}},
    {"type": "ADDED", "object": {**pod("c"), "status": {"containerStatuses": 7}}},
    {"type": "BOOKMARK", "object": {"metadata": None}},
    {"type": "ERROR", "object": {"code": "gone"}},
]


@pytest.mark.parametrize("line", UNLIKE, ids=json.dumps)
def test_a_line_of_another_form_is_made_good_by_a_new_list(server, line):
    before, after = (listed(pod(name), version=7).content for name in "ab")
    lines = json.dumps(line).encode() + b"\n"
    server.answers = [(200, body, {}) for body in (before, lines, after, b"")]

    with watching(httpx2.Client(base_url=f"http://{server.address}"), (PODS,)) as watch:
        until(watch, lambda: names(watch) == ["b"])
        assert watch.trouble == ""


@pytest.mark.parametrize(
    "answer", [[], {"items": 7}, {"items": [pod("a")]}, {"items": [7], "metadata": {}}], ids=json.dumps
)
def test_lists_of_another_form_are_trouble_until_there_is_one(server, answer):
    bad = json.dumps(answer).encode()
    server.answers = [(200, body, {}) for body in (bad, bad, listed(pod("a")).content, b"")]

    with watching(httpx2.Client(base_url=f"http://{server.address}"), (PODS,)) as watch:
        until(watch, lambda: bool(watch.trouble))
        assert watch.objects("Pod") is None
        until(watch, lambda: names(watch) == ["a"])
        assert watch.trouble == ""
