"""Which of several routes of one hostname gets a request: the longest path, and all of its beginning."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.rollout.precedence import has_host, matches_same, parts_of, path_of, surrounds
from scaling_group.spec.hosts import Host


def route(*matches: dict[str, Any], host: str = "api.example.com") -> dict[str, Any]:
    rules = [{"matches": list(matches)}] if matches else [{}]
    return {"metadata": {"name": "chat", "namespace": "ml"}, "spec": {"hostnames": [host], "rules": rules}}


def match(value: str, kind: str = "PathPrefix", **more: Any) -> dict[str, Any]:
    return {"path": {"type": kind, "value": value}, **more}


HEADER = {"headers": [{"name": "x", "value": "y"}]}


@pytest.mark.parametrize(
    ("other", "path", "same"),
    [
        (route(), "/", True),
        ({"spec": {"hostnames": ["api.example.com"]}}, "/", True),
        (route(match("/")), "/", True),
        (route(match("/v1")), "/", False),
        (route(match("/v1")), "/v1", True),
        (route(match("/v1/")), "/v1", True),
        (route(match("/v10")), "/v1", False),
        (route(match("/")), "/v1", False),
        (route(match("/v1", "Exact")), "/v1", False),
        (route(match("/v1", **HEADER)), "/v1", False),
        (route(match("/a"), match("/v1")), "/v1", True),
    ],
)
def test_an_equal_match_is_one_of_the_same_beginning_and_of_nothing_else(other, path, same):
    assert matches_same(other, path) is same


@pytest.mark.parametrize(
    ("other", "host", "found"),
    [
        (route(match("/v1")), Host("api.example.com"), ["api.example.com/v1"]),
        (route(match("/v1/chat")), Host("api.example.com", "/v1"), ["api.example.com/v1/chat"]),
        (route(match("/v10")), Host("api.example.com", "/v1"), []),
        (route(match("/v1")), Host("api.example.com", "/v1"), []),
        (route(match("/")), Host("api.example.com", "/v1"), []),
        (route(match("/v1", "Exact")), Host("api.example.com", "/v1"), ["api.example.com/v1 alone"]),
        (route(match("/", "Exact")), Host("api.example.com"), ["api.example.com/ alone"]),
        (
            route(match("/", **HEADER)),
            Host("api.example.com"),
            ["api.example.com (of some methods, headers or queries)"],
        ),
        (
            route(match("/.*", "RegularExpression")),
            Host("api.example.com", "/v1"),
            ["api.example.com/.* (a regular expression)"],
        ),
        (route(match("/v1"), host="API.example.com"), Host("api.example.com"), ["api.example.com/v1"]),
        (route(match("/v1"), host="b.example.com"), Host("api.example.com"), []),
    ],
)
def test_a_longer_path_gets_its_requests_first(other, host, found):
    assert parts_of(other, host) == found


def test_a_shorter_path_has_had_the_requests_so_far():
    assert surrounds(route(match("/v1")), Host("api.example.com", "/v1/chat"))
    assert surrounds(route(), Host("api.example.com", "/v1"))
    assert not surrounds(route(match("/v1")), Host("api.example.com", "/v1"))
    assert not surrounds(route(match("/v1")), Host("api.example.com", "/v10"))
    assert not surrounds(route(match("/v1", "Exact")), Host("api.example.com", "/v1/chat"))
    assert not surrounds(route(host="b.example.com"), Host("api.example.com", "/v1"))


def test_what_a_route_of_ours_is_for():
    assert path_of(route(match("/v1"))) == "/v1"
    assert path_of(route()) == "/"
    assert path_of({"spec": {}}) == "/"
    assert has_host(route(), "API.example.com")
