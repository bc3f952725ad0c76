"""Two groups of one program that cannot be beside each other are refused before either is made."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from scaling_group.component.inputs import InvalidArgs
from scaling_group.component.neighbours import SERVED, Neighbours, neighbours
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec, environment_spec, group_spec

GATEWAY = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"}


def group(name: str, **fields: Any) -> GroupSpec:
    return group_spec({"image": "a", "port": 1, "name": name, **fields})


def environment(name: str, namespace: str = "default", **gateway: str) -> EnvironmentSpec:
    return environment_spec({"id": name, "namespace": namespace, "gateway": {**GATEWAY, **gateway}})


def faults(one: tuple[Any, ...], other: tuple[Any, ...]) -> dict[str, str]:
    known = Neighbours()
    known.add("first", *one)
    with pytest.raises(InvalidArgs) as caught:
        known.add("second", *other)
    return {fault.field: fault.message for fault in caught.value.faults}


def test_two_environments_in_one_namespace_cannot_both_have_a_name():
    found = faults((group("llm"), environment("a"), None), (group("llm"), environment("b"), None))

    assert list(found) == ["name"]
    assert "llm is the name of 'first' too, in the namespace default" in found["name"]
    assert "another namespace for one of the environments" in found["name"]


def test_two_environments_and_names_that_make_one_hostname():
    found = faults((group("b-c"), environment("a"), None), (group("c"), environment("a-b", "other"), None))

    assert "a-b-c.gw.example.com is a hostname of 'first' too" in found["name"]


def test_two_groups_with_one_host_and_path():
    found = faults(
        (group("one", hostnames=["api.example.com/v1"]), environment("a"), None),
        (group("two", hostnames=["api.example.com/v1", "x.example.com"]), environment("a"), None),
    )

    assert list(found) == ["hostnames"]
    assert found["hostnames"].startswith("api.example.com/v1 is a hostname of 'first' too")


def test_what_does_not_meet_is_left_alone():
    known, elsewhere = Neighbours(), object()
    known.add("first", group("b-c", hostnames=["api.example.com"]), environment("a"), None)

    known.add("path", group("one", hostnames=["api.example.com/v1"]), environment("a"), None)
    known.add("cluster", group("b-c", hostnames=["api.example.com"]), environment("a"), elsewhere)  # type: ignore[arg-type]
    known.add("domain", group("c"), environment("a-b", domain="other.example.com"), None)
    known.add("private", group("d", route="private"), environment("a"), None)
    # The engine itself tells of a second component of one name.
    known.add("first", group("b-c"), environment("a"), None)


def test_a_program_in_another_language_has_its_groups_kept_by_whoever_serves_it(monkeypatch):
    monkeypatch.setattr(pulumi.runtime, "get_root_resource", lambda: None)
    assert neighbours() is not neighbours()
    served = Neighbours()
    token = SERVED.set(served)
    try:
        assert neighbours() is served
    finally:
        SERVED.reset(token)


def test_the_groups_of_a_program_live_as_long_as_the_root_of_its_resources(monkeypatch):
    monkeypatch.setattr("scaling_group.component.neighbours.get_monitor", object)
    for _ in range(2):
        root = SimpleNamespace()
        monkeypatch.setattr(pulumi.runtime, "get_root_resource", lambda root=root: root)
        neighbours().add("first", group("llm"), environment("a"), None)
        with pytest.raises(InvalidArgs):
            neighbours().add("second", group("llm"), environment("b"), None)
