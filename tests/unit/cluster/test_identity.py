"""Who asks, and what is reached: every field of a kubeconfig is honoured, or refused by name."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import load_connection
from scaling_group.cluster.understood import CLUSTER, CONTEXT, EXEC, USER, require_understood
from scaling_group.errors import Unreachable
from scaling_group.reads import LogQuery
from tests.unit.cluster.answering import POD, Server, connection_to
from tools.local_cluster.certificates import API_AUTHORITY, ensure_certificates

PLUGIN = {"apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never"}
DEPLOYER = {
    "token": "t",
    "as": "system:serviceaccount:ml:deployer",
    "as-uid": "1b4e",
    "as-groups": ["ml-team", "gpu-users"],
    "as-user-extra": {"scopes": ["view", "edit"], "example.com/Ticket é": ["Zoë"]},
}


@pytest.fixture(autouse=True)
def without_proxies(monkeypatch):
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


def test_requests_are_made_as_the_user_that_is_impersonated(server):
    Cluster(connection_to(f"http://{server.address}", DEPLOYER)).get("Pod", "default", "web")

    [(_, headers, _)] = server.asked
    assert headers["Authorization"] == "Bearer t"
    assert headers.get_all("Impersonate-User") == ["system:serviceaccount:ml:deployer"]
    assert headers.get_all("Impersonate-Uid") == ["1b4e"]
    assert headers.get_all("Impersonate-Group") == ["ml-team", "gpu-users"]
    assert headers.get_all("Impersonate-Extra-Scopes") == ["view", "edit"]
    # The key as client-go writes it: a header's name has neither a slash, a blank nor letters of others.
    [value] = headers.get_all("Impersonate-Extra-Example.com%2fTicket%20%c3%a9")
    assert value.encode("latin-1").decode() == "Zoë"


def test_streams_are_read_as_the_user_that_is_impersonated(server):
    list(Cluster(connection_to(f"http://{server.address}", DEPLOYER)).log("default", "web", LogQuery("main")))

    [(_, headers, _)] = server.asked
    assert headers["Impersonate-User"] == "system:serviceaccount:ml:deployer"


def kubeconfig(**more: dict[str, Any]) -> dict[str, Any]:
    """Return a kubeconfig of one context, with more fields for its cluster, user or context."""
    return {
        "clusters": [{"name": "c", "cluster": {"server": "https://c:6443", **more.get("cluster", {})}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u", **more.get("context", {})}}],
        "users": [{"name": "u", "user": {"token": "t", **more.get("user", {})}}],
        "current-context": "x",
    }


def refusal(folder: Path, content: Any) -> Unreachable:
    file = folder / "config"
    file.write_text(yaml.safe_dump(content))
    with pytest.raises(Unreachable) as raised:
        load_connection(None, {"KUBECONFIG": str(file)})
    return raised.value


def test_an_unknown_field_of_a_user_is_refused_by_name(tmp_path):
    error = refusal(tmp_path, kubeconfig(user={"as-group": "ml-team"}))

    assert error.message == (
        "the user 'u' of the kubeconfig has the field 'as-group', which is not supported. "
        "Did you mean 'as-groups'?"
    )
    assert error.detail == "It may change the user or the server, so it is not ignored."
    assert error.resolution == "Remove the field, or name another context with --context."


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ("cluster", "proxyURL"),
        ("cluster", "tls-server-names"),
        ("context", "impersonate"),
        ("user", "As"),
    ],
)
def test_an_unknown_field_is_refused_wherever_it_stands(tmp_path, part, field):
    error = refusal(tmp_path, kubeconfig(**{part: {field: "x"}}))

    assert f"the {part} " in error.message
    assert f"the field {field!r}" in error.message


def test_an_unknown_field_of_a_credential_plugin_is_refused(tmp_path):
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "get-token", "runAs": "admin"}
    error = refusal(tmp_path, kubeconfig(user={"exec": plugin}))

    assert "the credential plugin of the user 'u'" in error.message
    assert "the field 'runAs'" in error.message


@given(
    st.sampled_from(["cluster", "user", "context"]),
    st.text(min_size=1).filter(lambda name: name not in CLUSTER | USER | CONTEXT | EXEC),
)
def test_no_unknown_field_is_ignored(part, field):
    with pytest.raises(Unreachable, match="which is not supported"):
        require_understood(kubeconfig(**{part: {field: "x"}}))


def test_fields_of_the_other_contexts_of_a_file_are_not_looked_at(tmp_path):
    config = kubeconfig()
    config["users"].append({"name": "other", "user": {"sso-session": "x"}})
    (tmp_path / "config").write_text(yaml.safe_dump(config))

    assert load_connection(None, {"KUBECONFIG": str(tmp_path / "config")}).context == "x"


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ({"as-groups": ["system:masters"]}, "as-groups without as"),
        ({"as-uid": "5"}, "as-uid without as"),
        ({"as-user-extra": {"a": ["b"]}}, "as-user-extra without as"),
        ({"as": "a", "as-groups": "system:masters"}, "as-groups"),
        ({"as": "a", "as-user-extra": {"a": "b"}}, "as-user-extra"),
        ({"as": ["a"]}, "as"),
        ({"as": "a\r\nImpersonate-Group: system:masters"}, "as"),
        ({"as": "a", "as-groups": ["b\nc"]}, "as-groups"),
        ({"username": "u"}, "token beside username"),
        ({"client-certificate": "/a"}, "client-certificate without its client-key"),
        ({"token": None, "auth-provider": {"name": "oidc"}}, "the auth-provider 'oidc'"),
    ],
)
def test_what_would_be_another_user_for_the_engine_is_refused(tmp_path, user, said):
    assert said in refusal(tmp_path, kubeconfig(user=user)).message


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("gcp", "gke-gcloud-auth-plugin. `gcloud container clusters get-credentials` writes it"),
        ("azure", "kubelogin. `kubelogin convert-kubeconfig` writes it"),
        ("oidc", "a credential plugin (exec) in its place, for OIDC `kubectl oidc-login get-token`"),
        (None, "a credential plugin (exec) in its place"),
        ([], "a credential plugin (exec) in its place"),
    ],
)
def test_what_takes_the_place_of_an_auth_provider_is_named(tmp_path, name, instead):
    """The first two are gone from kubectl too, which names the same plugins."""
    user = {"token": None, "auth-provider": {"name": name, "config": {"id-token": "secret"}}}

    refused = refusal(tmp_path, kubeconfig(user=user))

    assert instead in refused.resolution
    assert "secret" not in str(refused)


@pytest.mark.parametrize("part", ["clusters", "contexts", "users"])
def test_an_entry_that_is_no_mapping_is_refused(tmp_path, part):
    config = kubeconfig()
    config[part][0][part.removesuffix("s")] = "text"

    assert "is not a kubeconfig" in refusal(tmp_path, config).message


def test_the_path_of_a_plugin_is_relative_to_its_kubeconfig_and_not_to_the_current_folder(
    tmp_path, monkeypatch
):
    """A cloned repository could bring a program of that name."""
    plugin = {**PLUGIN, "command": "./bin/get-token"}
    home, repository = tmp_path / "home", tmp_path / "repository"
    home.mkdir(), repository.mkdir()
    (home / "config").write_text(yaml.safe_dump(kubeconfig(user={"exec": plugin})))
    monkeypatch.chdir(repository)

    connection = load_connection(None, {"KUBECONFIG": "../home/config"})

    assert connection.kubeconfig["users"][0]["user"]["exec"]["command"] == str(home / "bin" / "get-token")


def test_a_plugin_that_is_looked_for_on_the_path_stays_a_name(tmp_path):
    plugin = {**PLUGIN, "command": "get-token"}
    (tmp_path / "config").write_text(yaml.safe_dump(kubeconfig(user={"exec": plugin})))

    connection = load_connection(None, {"KUBECONFIG": str(tmp_path / "config")})

    assert connection.kubeconfig["users"][0]["user"]["exec"]["command"] == "get-token"


def test_no_request_goes_past_the_proxy_of_a_cluster(server):
    connection = connection_to(
        "http://api.invalid", {"token": "t"}, **{"proxy-url": f"http://{server.address}"}
    )

    assert Cluster(connection).get("Pod", "default", "web") == POD
    [(path, _, _)] = server.asked
    assert path == "http://api.invalid/api/v1/namespaces/default/pods/web"


def test_a_proxy_that_cannot_be_used_is_said(server):
    connection = connection_to(f"http://{server.address}", {}, **{"proxy-url": "ftp://proxy"})

    with pytest.raises(Unreachable, match="cannot reach cluster") as raised:
        Cluster(connection).get("Pod", "default", "web")

    assert "ftp" in raised.value.detail
    assert server.asked == []


@pytest.fixture
def secured(server, tmp_path) -> tuple[Server, Path]:
    ensure_certificates(tmp_path, "gw.test")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "apiserver.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return server, tmp_path / f"{API_AUTHORITY}.crt"


@pytest.mark.parametrize(("name", "accepted"), [("kubernetes.default.svc", True), ("other.test", False)])
def test_a_certificate_is_checked_against_the_name_that_the_kubeconfig_gives(secured, name, accepted):
    server, authority = secured
    more = {"certificate-authority": str(authority), "tls-server-name": name}
    cluster = Cluster(connection_to(f"https://{server.address}", {"token": "t"}, **more))

    if accepted:
        assert cluster.get("Pod", "default", "web") == POD
        return
    with pytest.raises(Unreachable) as raised:
        cluster.get("Pod", "default", "web")
    assert "certificate verify failed" in raised.value.detail
    assert server.asked == []


def test_a_context_without_a_user_asks_as_nobody(server):
    connection = connection_to(f"http://{server.address}")
    anonymous = {
        **connection.kubeconfig,
        "users": [],
        "contexts": [{"name": "c", "context": {"cluster": "c"}}],
    }

    Cluster(type(connection)("c", anonymous)).get("Pod", "default", "web")

    [(_, headers, _)] = server.asked
    assert headers["Authorization"] is None


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        ("user", {"token": 5}),
        ("user", {"exec": "get-token"}),
        ("user", {"exec": {"command": ["get-token"]}}),
        ("user", {"exec": {"command": "get-token", "args": "x"}}),
        ("user", {"exec": {**PLUGIN, "args": [5]}}),
        ("user", {"exec": {"command": "get-token", "env": [{"name": "A"}]}}),
        ("cluster", {"server": ["https://c"]}),
        ("cluster", {"proxy-url": {}}),
        ("cluster", {"insecure-skip-tls-verify": "yes"}),
        ("cluster", {"extensions": {}}),
    ],
)
def test_a_field_that_is_not_in_its_form_is_said(part, fields, tmp_path):
    error = refusal(tmp_path, kubeconfig(**{part: fields}))

    assert "of the kubeconfig is not a" in error.message


def test_an_entry_without_fields_is_a_user_who_proves_nothing(tmp_path):
    config = {**kubeconfig(), "users": [{"name": "u"}]}
    (tmp_path / "config").write_text(yaml.safe_dump(config))

    connection = load_connection(None, {"KUBECONFIG": str(tmp_path / "config")})

    assert connection.kubeconfig["users"] == [{"name": "u", "user": {}}]
