"""Further hostnames: the text of one, its canonical form, and what no route can hold."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from scaling_group.spec.hosts import Host, check_hosts


@pytest.mark.parametrize(
    ("given", "host", "canonical"),
    [
        ("api.example.com", Host("api.example.com"), "api.example.com"),
        ("api.example.com/", Host("api.example.com"), "api.example.com"),
        ("api.example.com/v1", Host("api.example.com", "/v1"), "api.example.com/v1"),
        ("api.example.com/v1/", Host("api.example.com", "/v1"), "api.example.com/v1"),
        ("a.b/%41/x:y@~", Host("a.b", "/%41/x:y@~"), "a.b/%41/x:y@~"),
        ("a.b/..well/known.", Host("a.b", "/..well/known."), "a.b/..well/known."),
        ("localhost", Host("localhost"), "localhost"),
        ({"host": "api.example.com"}, Host("api.example.com"), "api.example.com"),
        ({"host": "api.example.com", "path": "/v1/"}, Host("api.example.com", "/v1"), "api.example.com/v1"),
        (Host("api.example.com", "/v1"), Host("api.example.com", "/v1"), "api.example.com/v1"),
    ],
)
def test_legal_hosts_and_their_canonical_form(given, host, canonical):
    assert Host.of(given) == host
    assert str(host) == canonical
    assert host.url == f"https://{canonical}"


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ("", "names no host. Write api.example.com, or api.example.com/v1 for the paths below /v1."),
        ("/v1", "names no host."),
        ("https://api.example.com", "leave https:// out; groups are served over HTTPS alone."),
        ("*.example.com", "'*.example.com' stands for many hosts; name each one."),
        ("api.example.com:8443/v1", "the listener decides on the port; write api.example.com."),
        ("10.0.0.1", "'10.0.0.1' is an address; a route knows hosts by their names alone."),
        ("API.example.com", "'API.example.com' is not a domain of lower-case letters"),
        ("api.example.com.", "For example: api.example.com"),
        (f"{'a' * 64}.com", "has over 63 characters between dots."),
        ("a.b/v1?x=1", "'/v1?x=1': requests are told apart by their paths; leave out what follows."),
        ("a.b/v1#x", "leave out what follows."),
        ("a.b//v1", "'//v1' is not the beginning of a path like /v1."),
        ("a.b/v1//", "'/v1//' is not the beginning of a path like /v1."),
        ("a.b/./v1", "'/./v1' is not the beginning of a path like /v1."),
        ("a.b/v1/..", "'/v1/..' is not the beginning of a path like /v1."),
        ("a.b/a%2fb", "'/a%2fb' is not the beginning of a path like /v1."),
        ("a.b/ü", "'/ü' is not the beginning of a path like /v1."),
        ("a.b/a b", "'/a b' is not the beginning of a path like /v1."),
        (f"a.b/{'a' * 1024}", "a path of 1025 characters; at most 1024."),
        ({"host": "a.b", "path": "v1"}, "'v1' is not the beginning of a path like /v1."),
        ({"host": "a.b/v1", "path": "/v2"}, "'a.b/v1' is not a domain of lower-case letters"),
        ({"path": "/v1"}, "host: is required. Write {host: api.example.com, path: /v1}."),
        ({}, "is an empty mapping. Write {host: api.example.com, path: /v1}."),
        (7, "must be text, not 7; put quotes around it."),
    ],
)
def test_what_is_no_host_is_refused_with_what_to_write(given, part):
    with pytest.raises(PydanticCustomError) as refused:
        Host.of(given)
    assert part in refused.value.message()


def test_a_host_is_given_once_for_each_path():
    check_hosts([Host("a.b"), Host("a.b", "/v1"), Host("c.d", "/v1")])
    with pytest.raises(PydanticCustomError, match=r"a\.b/v1 is given twice\."):
        check_hosts([Host("a.b", "/v1"), Host("c.d"), Host("a.b", "/v1")])


def test_a_route_holds_sixteen_hostnames_the_own_one_among_them():
    hosts = [Host(f"h{number}.example.com") for number in range(15)]
    check_hosts(hosts)
    with pytest.raises(PydanticCustomError, match="are 16; at most 15 beside the group's own"):
        check_hosts([*hosts, Host("one.more")])
