"""A watch stays current whatever its streams go through."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scaling_group.cluster import watch as watch_module
from scaling_group.cluster.watch import watching
from scaling_group.errors import Unreadable
from tests.unit.cluster.watched import (
    EVENTS,
    PODS,
    ApiServer,
    answer,
    broken,
    event,
    listed,
    names,
    pod,
    requests_to,
    until,
    watched,
)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "RETRY_SECONDS", (0.01, 0.02))
    monkeypatch.setattr(watch_module, "TOGETHER_SECONDS", 0.001)


def test_what_is_there_is_listed_and_followed():
    server = ApiServer([listed(pod("b"), pod("a"), version=7)], [])
    gone, new = pod("b", version=9), pod("c", version=10)
    changed = pod("a", "Failed", version=8)
    events = [event("MODIFIED", changed), event("DELETED", gone), event("ADDED", new)]
    server.answers["watch"] = [server.stream(*events), server.stream]

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
    server.answers["watch"] = [server.stream]

    with watched(server) as watch:
        until(watch, lambda: names(watch) == ["a", "b"])
        until(watch, lambda: bool(server.queries("watch")))

    assert [query.get("continue") for query in server.queries("list")] == [None, "next"]
    assert server.queries("watch")[0]["resourceVersion"] == "3"


def test_a_stream_that_ends_is_opened_again_where_it_ended():
    server = ApiServer([listed(pod("a"), version=7)], [])
    bookmark = event("BOOKMARK", {"metadata": {"resourceVersion": "40"}})
    server.answers["watch"] = [server.stream(bookmark, after=lambda: None), server.stream]

    with watched(server) as watch:
        until(watch, lambda: len(server.queries("watch")) == 2)

    assert server.queries("watch")[1]["resourceVersion"] == "40"
    assert len(server.queries("list")) == 1


GONE = {"kind": "Status", "code": 410, "message": "too old resource version"}


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(lambda server: server.stream(event("ERROR", GONE)), id="410 in the stream"),
        pytest.param(lambda server: answer(410, GONE), id="410 at once"),
        pytest.param(lambda server: server.stream(after=broken), id="a broken connection"),
        pytest.param(lambda server: server.stream(b'{"type": "ADD', after=lambda: None), id="half a line"),
        pytest.param(lambda server: answer(500, "etcd has no leader"), id="a failing server"),
    ],
)
def test_whatever_ends_a_stream_is_made_good_by_a_new_list(first):
    server = ApiServer([listed(pod("a"), version=7), listed(pod("b"), version=90)], [])
    server.answers["watch"] = [first(server), server.stream]

    with watched(server) as watch:
        until(watch, lambda: names(watch) == ["b"])
        until(watch, lambda: len(server.queries("watch")) == 2)
        assert watch.trouble == ""

    assert server.queries("watch")[1]["resourceVersion"] == "90"


def test_silence_is_a_broken_connection(monkeypatch):
    monkeypatch.setattr(watch_module, "STREAM_SECONDS", 0)
    monkeypatch.setattr(watch_module, "GRACE_SECONDS", 0.2)
    server = ApiServer([listed(pod("a")), listed(pod("b"))], [])
    server.answers["watch"] = [server.stream]

    with watched(server) as watch:
        until(watch, lambda: names(watch) == ["b"])


AWAY = "Remote end closed connection without response"


def test_an_api_server_that_stays_away_is_trouble_until_it_is_back():
    server = ApiServer([listed(pod("a"))], [])
    server.answers["watch"] = [server.stream(after=broken), server.stream]
    back = server.stays_away(listed(pod("b")))

    with watched(server) as watch:
        until(watch, lambda: watch.trouble == AWAY)
        assert names(watch) == ["a"], "what was known stays known"
        back()
        until(watch, lambda: names(watch) == ["b"])
        assert watch.trouble == ""


def test_an_api_server_that_is_away_from_the_start_is_trouble():
    server = ApiServer([], [])
    server.answers["watch"] = [server.stream]
    back = server.stays_away(listed(pod("a")))

    with watched(server) as watch:
        until(watch, lambda: watch.trouble == AWAY)
        assert not watch.complete
        assert watch.objects("Pod") is None
        back()
        until(watch, lambda: watch.complete)


@pytest.mark.parametrize("code", [403, 404])
def test_what_may_not_be_read_is_left_out_where_it_is_not_needed(code):
    server = ApiServer([answer(code, {"message": "no"})], [])

    with watched(server, EVENTS) as watch:
        until(watch, lambda: watch.complete)
        assert watch.objects("Event") is None
        assert watch.trouble == ""


def test_what_is_needed_and_may_not_be_read_is_an_error():
    server = ApiServer([answer(403, {"message": "pods is forbidden"})], [])

    with watched(server) as watch:
        until(watch, lambda: watch.complete)
        with pytest.raises(Unreadable) as caught:
            watch.objects("Pod")

    assert caught.value.detail == "pods is forbidden"


def test_a_refusal_after_a_start_passes():
    forbidden = answer(403, {"message": "RBAC: not yet"})
    server = ApiServer([listed(pod("a")), forbidden, listed(pod("b"))], [])
    server.answers["watch"] = [server.stream(after=broken), server.stream]

    with watched(server) as watch:
        until(watch, lambda: names(watch) == ["b"])


def test_where_only_lists_are_allowed_they_are_repeated():
    forbidden = answer(403, {"message": "cannot watch"})
    server = ApiServer([listed(pod("a")), listed(pod("b"))], [forbidden])

    with watched(server) as watch:
        until(watch, lambda: names(watch) == ["b"])
        assert watch.trouble == ""


def test_a_kind_that_nobody_selected_is_not_read():
    server = ApiServer([listed()], [])
    server.answers["watch"] = [server.stream]

    with watched(server) as watch:
        assert watch.objects("Event") is None


def test_a_wait_without_a_change_ends_with_its_time():
    server = ApiServer([listed()], [])
    server.answers["watch"] = [server.stream]

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
    server.answers["watch"] = [server.stream(line[:20], line[20:]), server.stream]

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

    with watching(requests_to(server), (PODS,)) as watch:
        until(watch, lambda: names(watch) == ["b"])
        assert watch.trouble == ""


@pytest.mark.parametrize(
    "answer", [[], {"items": 7}, {"items": [pod("a")]}, {"items": [7], "metadata": {}}], ids=json.dumps
)
def test_lists_of_another_form_are_trouble_until_there_is_one(server, answer):
    server.answers = [(200, json.dumps(answer).encode(), {})]

    with watching(requests_to(server), (PODS,)) as watch:
        until(watch, lambda: bool(watch.trouble))
        assert watch.objects("Pod") is None
        server.answers = [(200, body, {}) for body in (listed(pod("a")).content, b"")]
        until(watch, lambda: names(watch) == ["a"])
        assert watch.trouble == ""
