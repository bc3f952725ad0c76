"""Requests: what goes over the wire, and what an answer may be."""

from __future__ import annotations

import base64
import gzip
import json
import ssl
from pathlib import Path
from typing import Any

import pytest

from scaling_group.cluster import answers
from scaling_group.cluster.answers import unpacked
from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import Connection
from scaling_group.cluster.refused import NoAnswer, Refused
from scaling_group.cluster.request import Request
from scaling_group.cluster.transport import Transport
from scaling_group.errors import Unreachable
from scaling_group.manifests.permissions import Permission
from tests.unit.cluster.answering import ANSWER, POD, Server, connection_to
from tools.local_cluster.certificates import API_AUTHORITY, ensure_certificates, load_identity


def requests_of(connection: Connection) -> Transport:
    return Transport(connection.cluster, connection.user, {})


def requests_to(server: Server, path: str = "", **user: Any) -> Transport:
    return requests_of(connection_to(f"http://{server.address}{path}", user))


def test_a_request_has_path_query_and_token(server):
    server.answers = [(200, b'{"a": 1}', {})]

    found = requests_to(server, "/k8s/clusters/one/", token="secret").send(
        Request("GET", "/api/v1/pods", {"labelSelector": "a=b,c=d", "limit": "5"})
    )

    assert json.loads(found) == {"a": 1}
    [(path, headers, _)] = server.asked
    assert path == "/k8s/clusters/one/api/v1/pods?labelSelector=a%3Db%2Cc%3Dd&limit=5"
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Host"] == server.address


def test_a_compressed_answer_is_read(server):
    server.answers = [(200, gzip.compress(b'{"a": 1}'), {"Content-Encoding": "gzip"})]

    assert requests_to(server).send(Request("GET", "/")) == b'{"a": 1}'


@pytest.mark.parametrize(
    ("code", "body", "message"),
    [
        (403, b'{"kind": "Status", "message": "pods is forbidden"}', "pods is forbidden"),
        (502, b"bad gateway", "bad gateway"),
        (500, b"", "status 500"),
        (302, b"", "status 302"),
        (400, b"[1]", "[1]"),
    ],
)
def test_an_error_has_its_code_and_message(server, code, body, message):
    server.answers = [(code, body, {})]

    with pytest.raises(Refused) as raised:
        requests_to(server).send(Request("GET", "/"))

    assert (raised.value.code, str(raised.value)) == (code, message)


def test_a_connection_serves_many_requests(server):
    requests = requests_to(server)
    for _ in range(3):
        requests.send(Request("GET", "/"))
    server.answers = [(404, b"", {})]
    with pytest.raises(Refused):
        requests.send(Request("GET", "/"))

    assert len({peer for _, _, peer in server.asked}) == 1


def test_a_connection_that_was_closed_meanwhile_is_opened_anew(server):
    server.hangs_up = True
    requests = requests_to(server)
    for _ in range(3):
        assert requests.send(Request("GET", "/")) == ANSWER

    assert len(server.asked) == 3


def test_a_connection_serves_one_request_at_a_time(server):
    requests = requests_to(server)

    with requests.stream(Request("GET", "/"), None) as stream:
        assert requests.send(Request("GET", "/")) == ANSWER
        assert list(stream.lines()) == [ANSWER.decode()]
    assert len({peer for _, _, peer in server.asked}) == 2


@pytest.fixture
def secured(server, tmp_path) -> tuple[Server, Path]:
    """A server with the certificate of a local cluster, which asks for one of a client."""
    ensure_certificates(tmp_path, "gw.test")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "apiserver.pem")
    context.load_verify_locations(tmp_path / f"{API_AUTHORITY}.crt")
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return server, tmp_path


def data(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_certificates_as_data_and_as_files(secured, tmp_path):
    server, folder = secured
    admin, authority = load_identity(folder, "admin"), load_identity(folder, API_AUTHORITY)
    assert admin is not None
    assert authority is not None
    (folder / "cert").write_bytes(admin.certificate_pem())
    (folder / "key").write_bytes(admin.key_pem())
    url = f"https://{server.address}"
    as_data = connection_to(
        url,
        {
            "client-certificate-data": data(admin.certificate_pem()),
            "client-key-data": data(admin.key_pem()),
        },
        **{"certificate-authority-data": data(authority.certificate_pem())},
    )
    as_files = connection_to(
        url,
        {"client-certificate": str(folder / "cert"), "client-key": str(folder / "key")},
        **{"certificate-authority": str(folder / f"{API_AUTHORITY}.crt")},
    )

    for connection in (as_data, as_files):
        assert requests_of(connection).send(Request("GET", "/")) == ANSWER


def test_a_server_of_another_authority_is_not_trusted(secured, tmp_path_factory):
    server, _ = secured
    other = tmp_path_factory.mktemp("other")
    ensure_certificates(other, "gw.test")
    connection = connection_to(
        f"https://{server.address}", **{"certificate-authority": str(other / f"{API_AUTHORITY}.crt")}
    )

    with pytest.raises(Unreachable, match="cannot reach cluster") as raised:
        Cluster(connection).get("Pod", "default", "web")

    assert "certificate verify failed" in raised.value.detail


@pytest.mark.parametrize(
    "broken",
    [
        {"client-certificate-data": "%%%", "client-key-data": "%%%"},
        {"client-certificate": "/not/there", "client-key": "/not/there"},
    ],
)
def test_broken_credentials_are_said(secured, broken):
    server, folder = secured
    authority = str(folder / f"{API_AUTHORITY}.crt")
    connection = connection_to(f"https://{server.address}", broken, **{"certificate-authority": authority})

    with pytest.raises(Unreachable, match="cannot reach cluster"):
        Cluster(connection).get("Pod", "default", "web")


def test_an_answer_that_is_no_json_is_said(server):
    server.answers = [(200, b"<html>a login page</html>", {})]

    with pytest.raises(Unreachable, match=r"does not answer like an API server"):
        Cluster(connection_to(f"http://{server.address}")).get("Pod", "default", "web")


UNLIKE = [None, True, [], "text", {}, {"metadata": []}, {"metadata": {"name": ["web"]}}]


@pytest.mark.parametrize("answer", UNLIKE, ids=json.dumps)
@pytest.mark.parametrize(
    "look",
    [
        lambda cluster: cluster.get("Pod", "default", "web"),
        lambda cluster: cluster.list_objects("Pod", "default"),
        lambda cluster: cluster.namespace_uid("default"),
        lambda cluster: cluster.lacking([Permission("get", "", "pods", "default")]),
        lambda cluster: cluster.apply({"kind": "Pod", **IN_DEFAULT}, "me"),
    ],
    ids=["get", "list", "uid", "rights", "apply"],
)
def test_an_answer_of_another_form_is_said(server, look, answer):
    server.answers = [(200, json.dumps(answer).encode(), {})]

    with pytest.raises(Unreachable, match=r"does not answer like an API server"):
        look(Cluster(connection_to(f"http://{server.address}")))


@pytest.mark.parametrize(
    ("kind", "found", "fault"),
    [
        ("Pod", {"status": {"containerStatuses": "none"}}, "Pod.status.containerStatuses is no list"),
        ("Pod", {"status": {"containerStatuses": [7]}}, r"Pod.status.containerStatuses\[\] is no mapping"),
        ("Event", {"count": "many"}, "Event.count is no number"),
        ("Event", {"lastTimestamp": "yesterday"}, "Event.lastTimestamp is no time"),
        ("Gateway", {"spec": {"gatewayClassName": "a", "listeners": [{}]}}, "has no name"),
        ("LimitRange", {}, "LimitRange has no spec"),
        ("Deployment", {"metadata": {"name": "a", "labels": {"a": 1}}}, "labels.a is no text"),
    ],
)
def test_a_field_of_another_form_is_named(server, kind, found, fault):
    server.answers = [(200, json.dumps({"items": [{**POD, **found}]}).encode(), {})]

    with pytest.raises(Unreachable, match=fault):
        Cluster(connection_to(f"http://{server.address}")).list_objects(kind, "default")


@pytest.mark.parametrize("cut", [6, 30], ids=["after its head", "in its content"])
def test_an_answer_that_cannot_be_unpacked_is_said(server, cut):
    packed = gzip.compress(json.dumps({**POD, "a": "b" * 99}).encode())
    server.answers = [(200, packed[:cut] + b"\0" * 9, {"Content-Encoding": "gzip"})]

    with pytest.raises(Unreachable, match="cannot reach cluster"):
        Cluster(connection_to(f"http://{server.address}")).get("Pod", "default", "web")


def test_an_answer_that_is_longer_than_any_is_said(server, monkeypatch):
    packed = gzip.compress(b" " * 10_000)
    server.answers = [(200, packed, {"Content-Encoding": "gzip"})]

    with pytest.raises(NoAnswer, match="its answer is longer than"):
        unpacked(packed, most=9_999)
    assert requests_to(server).send(Request("GET", "/")) == unpacked(packed, most=10_000)
    server.answers = [(200, b" " * 10_000, {})]
    monkeypatch.setattr(answers, "MOST_BYTES", 9_999)
    with pytest.raises(NoAnswer, match="its answer is longer than"):
        requests_to(server).send(Request("GET", "/"))


def test_pages_of_a_list_are_put_together(server):
    pages: list[Any] = [{"items": [POD], "metadata": {"continue": "more"}}, {"items": [{**POD, "a": 2}]}]
    server.answers = [(200, json.dumps(page).encode(), {}) for page in pages]

    found = Cluster(connection_to(f"http://{server.address}")).list_objects("Pod", "default", {"x": "y"})

    assert found == [{"kind": "Pod", **POD}, {"kind": "Pod", **POD, "a": 2}]
    assert [path.partition("?")[2] for path, _, _ in server.asked] == [
        "limit=2000&labelSelector=x%3Dy",
        "limit=2000&labelSelector=x%3Dy&continue=more",
    ]


IN_DEFAULT = {"metadata": {"name": "web", "namespace": "default"}}
ROUTES = {
    "items": [
        {**POD, "spec": {"hostnames": ["b.test", "a.test"]}},
        {**POD, "spec": {"hostnames": ["a.a.test"]}},
        {**POD, "spec": {}},
    ]
}


def table(column: str, *cells: str) -> dict[str, Any]:
    columns = [{"name": "Name"}, {"name": column}]
    return {"kind": "Table", "columnDefinitions": columns, "rows": [{"cells": ["web", c]} for c in cells]}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(table("Hostnames", '["b.test"]', "<none>"), id="others"),
        pytest.param({**table("Hostnames"), "rows": None}, id="no route"),
    ],
)
def test_a_free_hostname_is_known_from_a_table(server, answer):
    server.answers = [(200, json.dumps(answer).encode(), {})]

    assert Cluster(connection_to(f"http://{server.address}")).routes_of(["a.test"], "default") == []
    [(path, headers, _)] = server.asked
    assert path.endswith("/httproutes?limit=2000&includeObject=None")
    assert headers["Accept"].startswith("application/json;as=Table;")


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(table("Hostnames", '["b.test","a.test"]'), id="shown"),
        pytest.param(table("Age", "5d"), id="no such column"),
        pytest.param(ROUTES, id="no table"),
    ],
)
def test_routes_that_may_have_a_hostname_are_read(server, first):
    server.answers = [(200, json.dumps(answer).encode(), {}) for answer in (first, ROUTES)]

    [found] = Cluster(connection_to(f"http://{server.address}")).routes_of(["a.test"], "default")

    assert found["spec"]["hostnames"] == ["b.test", "a.test"]


def test_routes_of_the_namespace_are_read_where_those_of_the_cluster_are_forbidden(server):
    free = json.dumps(table("Hostnames")).encode()
    server.answers = [(403, b"", {}), (200, free, {})]

    assert Cluster(connection_to(f"http://{server.address}")).routes_of(["a.test"], "default") == []
    assert "/namespaces/default/httproutes" in server.asked[1][0]


def test_a_delete_means_the_object_of_its_uid(server):
    Cluster(connection_to(f"http://{server.address}")).delete("Service", "default", "web", "uid-1")

    [(path, headers, _)] = server.asked
    assert (server.methods, path) == (["DELETE"], "/api/v1/namespaces/default/services/web")
    assert headers["Content-Type"] == "application/json"
    assert json.loads(server.bodies[0])["preconditions"] == {"uid": "uid-1"}


@pytest.mark.parametrize("code", [404, 409])
def test_another_object_of_the_name_is_left_alone(server, code):
    server.answers = [(code, b'{"message": "the UID in the precondition is another"}', {})]

    Cluster(connection_to(f"http://{server.address}")).delete("Service", "default", "web", "uid-1")


def test_a_delete_that_is_not_allowed_is_said(server):
    server.answers = [(403, b'{"message": "services is forbidden"}', {})]

    with pytest.raises(Unreachable) as raised:
        Cluster(connection_to(f"http://{server.address}")).delete("Service", "default", "web", "uid-1")

    assert raised.value.detail == "services is forbidden"
