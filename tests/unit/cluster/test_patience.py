"""A busy API server, a connection that breaks, a list that takes long, and answers that are none."""

from __future__ import annotations

import gzip
import json

import pytest

from scaling_group.cluster.client import Cluster
from scaling_group.errors import Unreachable
from tests.unit.cluster.answering import ANSWER, POD, Server, connection_to

BUSY = b'{"kind": "Status", "message": "too many requests"}'
LOGIN = b"<!DOCTYPE html><html><head><title>\n Sign in </title></head><body>" + b"x" * 9999


def ask(server: Server):
    return Cluster(connection_to(f"http://{server.address}", {"token": "t"})).get("Pod", "default", "web")


@pytest.mark.parametrize("code", [429, 503])
def test_a_busy_api_server_is_asked_again_when_it_says(server, code):
    server.answers = [(code, BUSY, {"Retry-After": "0"})] * 3 + [(200, ANSWER, {})]

    assert ask(server) == POD
    assert len(server.asked) == 4


def test_one_that_stays_busy_is_asked_a_few_times(server):
    server.answers = [(429, BUSY, {"Retry-After": "0"})]

    with pytest.raises(Unreachable, match="could not answer") as raised:
        ask(server)

    assert raised.value.detail == "too many requests"
    assert len(server.asked) == 5


@pytest.mark.parametrize(("code", "after"), [(429, "86400"), (429, "soon"), (503, ""), (403, "0")])
def test_nobody_waits_for_a_day_or_without_being_told(server, code, after):
    server.answers = [(code, BUSY, {"Retry-After": after} if after else {})]

    with pytest.raises(Unreachable):
        ask(server)

    assert len(server.asked) == 1


def test_a_read_whose_connection_breaks_is_repeated_once(server):
    server.answers = [(200, ANSWER[:5], {"Content-Length": "99"}), (200, ANSWER, {})]
    server.hangs_up = True

    assert ask(server) == POD
    server.answers = [(200, ANSWER[:5], {"Content-Length": "99"})]
    with pytest.raises(Unreachable, match="cannot reach cluster"):
        ask(server)
    assert len(server.asked) == 4


def test_a_change_whose_connection_breaks_is_not_repeated(server):
    server.answers = [(200, ANSWER[:5], {"Content-Length": "99"})]
    server.hangs_up = True
    pod = {"kind": "Pod", "metadata": {"name": "web", "namespace": "default"}}

    with pytest.raises(Unreachable, match="cannot reach cluster"):
        Cluster(connection_to(f"http://{server.address}")).apply(pod, "me")

    assert len(server.asked) == 1


def test_a_list_of_which_the_next_page_is_gone_is_read_at_once(server):
    first = {"items": [POD], "metadata": {"continue": "more"}}
    whole = {"items": [POD, {**POD, "a": 2}]}
    gone = {"kind": "Status", "code": 410, "message": "the provided continue parameter is too old"}
    server.answers = [
        (code, json.dumps(c).encode(), {}) for code, c in ((200, first), (410, gone), (200, whole))
    ]

    found = Cluster(connection_to(f"http://{server.address}")).list_objects("Pod", "default", {"x": "y"})

    assert [item.get("a") for item in found] == [None, 2]
    assert server.asked[-1][0].partition("?")[2] == "labelSelector=x%3Dy"


def test_a_server_without_a_version_is_no_api_server(server):
    server.answers = [(404, b"404 page not found", {})]

    with pytest.raises(Unreachable, match="does not answer like an API server") as raised:
        Cluster(connection_to(f"http://{server.address}")).version()

    assert raised.value.detail == "it has no /version"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((403, LOGIN, {}), "an HTML page ('Sign in'), probably of a proxy or a login"),
        ((502, b"<html>", {}), "an HTML page, probably of a proxy or a login"),
        ((500, b"x" * 9999, {}), "x" * 500 + "…"),
        ((302, b"", {"Location": "https://sso.test/?a=s3cret"}), "status 302, and leads to https://sso.test"),
    ],
)
def test_an_error_of_somebody_else_is_one_sentence(server, answer, said):
    server.answers = [answer]

    with pytest.raises(Unreachable) as raised:
        ask(server)

    assert raised.value.detail == said


@pytest.mark.parametrize(
    "answer",
    [
        (200, LOGIN, {}),
        (200, b'{"items": null}', {}),
        (200, gzip.compress(json.dumps({"items": [POD] * 99}).encode())[:40], {"Content-Encoding": "gzip"}),
    ],
    ids=["login page", "null items", "cut gzip"],
)
def test_a_list_that_is_none_is_one_sentence(server, answer):
    server.answers = [answer]

    with pytest.raises(
        Unreachable, match=r"does not answer like an API server|cannot reach cluster"
    ) as raised:
        Cluster(connection_to(f"http://{server.address}")).list_objects("Pod", "default")

    assert "\n" not in raised.value.detail


def test_answers_are_packed_unless_the_kubeconfig_says_otherwise(server):
    ask(server)
    more = {"disable-compression": True}
    Cluster(connection_to(f"http://{server.address}", **more)).get("Pod", "default", "web")

    assert [headers["Accept-Encoding"] for _, headers, _ in server.asked] == ["gzip", None]
