"""Paths of requests: a name is one part of a path, whatever it is made of."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kinds import path_of
from scaling_group.errors import Unreadable
from scaling_group.reads import EVERYWHERE
from tests.unit.cluster.answering import Server, connection_to

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda n: n not in (".", ".."))


@given(namespace=NAMES.filter(lambda name: name != EVERYWHERE), name=NAMES)
def test_any_name_is_one_part_of_the_path(namespace: str, name: str):
    parts = urlsplit(path_of("Deployment", namespace, name))

    assert (parts.query, parts.fragment) == ("", "")
    first, *encoded = parts.path.split("/")
    assert first == ""
    decoded = [unquote(part) for part in encoded]
    assert decoded == ["apis", "apps", "v1", "namespaces", namespace, "deployments", name]


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_what_would_lead_elsewhere_is_the_name_of_nothing(name: str):
    with pytest.raises(Unreadable, match="no object has the name"):
        path_of("Pod", "default", name)
    with pytest.raises(Unreadable, match="no object has the name"):
        path_of("Pod", name)


def test_a_part_of_an_object_has_a_path_below_it():
    assert path_of("Pod", "default", "web-1", "log") == "/api/v1/namespaces/default/pods/web-1/log"
    assert path_of("Pod", EVERYWHERE) == "/api/v1/pods"
    assert path_of("Node", "", "a") == "/api/v1/nodes/a"


@pytest.mark.parametrize("through", [{}, {"username": "a", "password": "b"}])
def test_a_question_mark_in_a_name_starts_no_query(server: Server, through: dict[str, str]):
    server.answers = [(404, b'{"message": "not found"}', {})]

    assert Cluster(connection_to(f"http://{server.address}", through)).get("Pod", "a/b", "web?x=1#y") is None

    assert [path for path, _, _ in server.asked] == ["/api/v1/namespaces/a%2Fb/pods/web%3Fx%3D1%23y"]
