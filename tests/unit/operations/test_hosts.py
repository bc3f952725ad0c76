"""Whether hostnames are free, who gets which requests, and what makes two groups one hostname or one name."""

from __future__ import annotations

import pytest

from scaling_group.errors import Conflict
from scaling_group.operations.hosts import check_all_free, check_hosts_free
from scaling_group.operations.preflight import check_no_foreign_objects
from scaling_group.spec.group import environment_spec
from scaling_group.spec.hostname import own_host
from scaling_group.spec.hosts import Host
from tests.unit.operations.fakes import ENVIRONMENT, FakeCluster, objects_of, record_of

GATEWAY = ENVIRONMENT.gateway.model_dump()
CHAT = objects_of(record_of("chat"))[2]


def with_path(path: str, *hosts: str) -> dict[str, object]:
    rules = [{"matches": [{"path": {"type": "PathPrefix", "value": path}}]}]
    return {**CHAT, "spec": {**CHAT["spec"], "hostnames": list(hosts), "rules": rules}}


def refused(route: object, *hosts: Host, name: str = "llm") -> Conflict:
    with pytest.raises(Conflict) as caught:
        check_hosts_free(FakeCluster(route), ENVIRONMENT, name, hosts, print)
    return caught.value


def said(route: object, *hosts: Host, own_id: str = "") -> list[str]:
    told: list[str] = []
    check_hosts_free(FakeCluster(route), ENVIRONMENT, "llm", hosts, told.append, own_id)
    return told


def test_a_host_and_path_of_another_route_is_refused_since_the_older_one_would_win():
    error = refused(with_path("/v1", "api.example.com"), Host("api.example.com", "/v1"))

    assert error.message == "api.example.com/v1 is taken by the HTTPRoute default/chat"
    assert error.detail == "Of two routes with one hostname and path a gateway serves the older one alone."
    assert "--hostname=api.example.com/PATH" in error.resolution


def test_a_longer_path_of_another_route_is_said():
    route = with_path("/v1/chat", "api.example.com")

    assert said(route, Host("api.example.com"), Host("api.example.com", "/v1")) == [
        "warning: requests to api.example.com/v1/chat go to the HTTPRoute default/chat, since its path is "
        "longer or says more"
    ]
    assert said(route, Host("api.example.com", "/v2"), Host("b.example.com")) == []


def test_requests_that_another_route_has_had_so_far_are_said():
    assert said(with_path("/v1", "api.example.com"), Host("api.example.com", "/v1/chat")) == [
        "warning: requests to api.example.com/v1/chat come from the HTTPRoute default/chat to this group, "
        "since its path is longer"
    ]


def test_routes_of_the_group_itself_are_no_rivals():
    assert said(with_path("/", "api.example.com"), Host("api.example.com"), own_id="id-chat") == []


def test_hosts_that_groups_of_a_file_are_to_get_are_asked_of_at_once_before_any_is_made():
    cluster = FakeCluster(with_path("/", "api.example.com"))

    with pytest.raises(Conflict) as caught:
        check_all_free(
            cluster, ENVIRONMENT, {"one": [Host("b.example.com")], "two": [Host("api.example.com")]}
        )
    assert caught.value.message == "api.example.com is taken by the HTTPRoute default/chat"

    check_all_free(cluster, ENVIRONMENT, {"one": [], "chat": [Host("api.example.com")]})


def test_two_environments_whose_names_make_one_hostname_are_told_apart_with_the_way_out():
    one = environment_spec({"id": "abc", "gateway": GATEWAY})
    other = objects_of(record_of("b-llm", environment=one))[2]
    two = environment_spec({"id": "abc-b", "gateway": GATEWAY})

    with pytest.raises(Conflict) as caught:
        check_hosts_free(FakeCluster(other), two, "llm", [own_host("llm", two)], print)

    taken = "the hostname abc-b-llm.gw.example.com is taken by the HTTPRoute default/b-llm"
    assert caught.value.message == taken
    assert "of the group b-llm in environment abc: abc + b-llm and abc-b + llm make one hostname." in (
        caught.value.detail
    )
    assert "another domain for one of the environments (gateway.domain)" in caught.value.resolution


def test_two_environments_with_one_name_in_one_namespace_are_told_apart_with_the_way_out():
    other = environment_spec({"id": "staging", "gateway": GATEWAY})
    cluster = FakeCluster(*objects_of(record_of("llm", environment=other)))

    with pytest.raises(Conflict) as caught:
        check_no_foreign_objects(cluster, record_of("llm").spec, ENVIRONMENT)

    assert "staging has a group llm in this namespace too" in caught.value.detail
    assert "give one of the environments another namespace (--namespace)" in caught.value.resolution


def test_a_grpcroute_of_the_hostname_is_in_the_way_of_a_group_that_speaks_grpc() -> None:
    host = own_host("llm", ENVIRONMENT)
    rival = {**CHAT, "kind": "GRPCRoute", "spec": {**CHAT["spec"], "hostnames": [host.host], "rules": [{}]}}
    check_hosts_free(FakeCluster(rival), ENVIRONMENT, "llm", [host], print)
    with pytest.raises(Conflict, match="is taken by the GRPCRoute default/chat"):
        check_hosts_free(FakeCluster(rival), ENVIRONMENT, "llm", [host], print, grpc=True)
