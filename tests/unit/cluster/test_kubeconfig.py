"""Kubeconfig files: merged as kubectl merges them, one context at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from scaling_group.cluster.kubeconfig import LARGEST, Connection, load_connection
from scaling_group.cluster.pod import namespace_of_pod
from scaling_group.errors import NotFound, Unreachable


def kubeconfig(*names: str, current: str | None = None, **cluster: Any) -> dict[str, Any]:
    """Return a kubeconfig with one context, cluster and user for each name."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": n, "cluster": {"server": f"https://{n}:6443", **cluster}} for n in names],
        "contexts": [{"name": n, "context": {"cluster": n, "user": n}} for n in names],
        "users": [{"name": n, "user": {"token": f"{n}-token"}} for n in names],
        **({"current-context": current} if current else {}),
    }


@pytest.fixture
def write(tmp_path):
    """Write files and return the environment that names them, in order."""

    def put(**contents: Any) -> dict[str, str]:
        files = []
        for name, content in contents.items():
            file = tmp_path / name
            file.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
            files.append(str(file))
        return {"KUBECONFIG": ":".join(files)}

    return put


def server(connection: Connection) -> str:
    return connection.kubeconfig["clusters"][0]["cluster"]["server"]


def test_the_current_context_alone_is_kept(write):
    connection = load_connection(None, write(a=kubeconfig("one", "two", current="two")))

    assert connection.context == "two"
    assert connection.kubeconfig == {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "two", "cluster": {"server": "https://two:6443"}}],
        "contexts": [{"name": "two", "context": {"cluster": "two", "user": "two"}}],
        "users": [{"name": "two", "user": {"token": "two-token"}}],
        "current-context": "two",
    }


def test_a_named_context_counts_before_the_current_one(write):
    connection = load_connection("one", write(a=kubeconfig("one", "two", current="two")))

    assert (connection.context, server(connection)) == ("one", "https://one:6443")


def test_files_are_merged_and_the_first_one_counts(write):
    first = kubeconfig("shared", current="shared")
    first["clusters"][0]["cluster"]["server"] = "https://first:6443"
    environ = write(a=first, b=kubeconfig("shared", "other", current="other"))

    assert server(load_connection(None, environ)) == "https://first:6443"
    assert server(load_connection("other", environ)) == "https://other:6443"


def test_the_first_current_context_counts_also_from_a_later_file(write):
    environ = write(a=kubeconfig("one"), b=kubeconfig("two", current="two"))

    assert load_connection(None, environ).context == "two"


def test_a_file_that_does_not_exist_is_passed_over(write, tmp_path):
    environ = write(a=kubeconfig("one", current="one"))
    environ["KUBECONFIG"] = f"{tmp_path}/none:{environ['KUBECONFIG']}:"

    assert load_connection(None, environ).context == "one"


def test_the_default_file_is_that_of_kubectl(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube" / "config").write_text(yaml.safe_dump(kubeconfig("one", current="one")))

    assert load_connection(None, {}).context == "one"


@pytest.mark.parametrize("field", ["certificate-authority"])
def test_relative_paths_of_clusters_are_relative_to_their_file(write, tmp_path, field):
    connection = load_connection(None, write(a=kubeconfig("one", current="one", **{field: "pki/ca.crt"})))

    assert connection.kubeconfig["clusters"][0]["cluster"][field] == str(tmp_path / "pki" / "ca.crt")


@pytest.mark.parametrize("field", ["client-key", "tokenFile"])
@pytest.mark.parametrize(
    ("given", "found"), [("x.pem", "HERE/x.pem"), ("../x.pem", "ABOVE/x.pem"), ("/etc/x.pem", "/etc/x.pem")]
)
def test_relative_paths_of_users_are_relative_to_their_file(write, tmp_path, field, given, found):
    config = kubeconfig("one", current="one")
    config["users"][0]["user"] = {field: given}

    user = load_connection(None, write(a=config)).kubeconfig["users"][0]["user"]

    expected = found.replace("HERE", str(tmp_path)).replace("ABOVE", str(tmp_path.parent))
    assert user == {field: expected}


def test_paths_of_merged_files_are_each_relative_to_their_own(tmp_path):
    files = []
    for name in ("one", "two"):
        file = tmp_path / name / "config"
        file.parent.mkdir()
        config = kubeconfig(name, current=name, **{"certificate-authority": "ca.crt"})
        file.write_text(yaml.safe_dump(config))
        files.append(str(file))

    connection = load_connection("two", {"KUBECONFIG": ":".join(files)})

    found = connection.kubeconfig["clusters"][0]["cluster"]["certificate-authority"]
    assert Path(found) == tmp_path / "two" / "ca.crt"


def test_an_unknown_context_is_refused_with_the_nearest_and_all_there_are(write):
    environ = write(a=kubeconfig("staging", "production", current="staging"))

    with pytest.raises(NotFound) as caught:
        load_connection("prodution", environ)

    assert caught.value.message == (
        f"no context 'prodution' in {environ['KUBECONFIG']}. Did you mean 'production'?"
    )
    assert caught.value.detail == "There are: production, staging"


def test_no_file_at_all_is_unreachable(tmp_path):
    with pytest.raises(Unreachable) as caught:
        load_connection(None, {"KUBECONFIG": f"{tmp_path}/none"})

    assert caught.value.message == f"no cluster: there is no kubeconfig with a context in {tmp_path}/none"
    assert caught.value.resolution == "Set KUBECONFIG to the file of your cluster."


def test_no_current_context_is_unreachable(write):
    with pytest.raises(Unreachable, match="sets no current context"):
        load_connection(None, write(a=kubeconfig("one", "two")))


def test_a_context_without_its_cluster_is_unreachable(write):
    config = kubeconfig("one", current="one")
    config["clusters"] = []

    with pytest.raises(Unreachable, match="names the cluster 'one', which is not there"):
        load_connection(None, write(a=config))


def test_a_context_without_a_user_is_usable(write):
    config = kubeconfig("one", current="one")
    config["users"] = None
    del config["contexts"][0]["context"]["user"]

    assert load_connection(None, write(a=config)).kubeconfig["users"] == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("{unclosed", "cannot read the kubeconfig"),
        ("\t- x", "cannot read the kubeconfig"),
        ("just text", "is not a kubeconfig"),
        ("- a\n- b\n", "is not a kubeconfig"),
    ],
)
def test_a_file_that_is_no_kubeconfig_is_named(write, text, part):
    environ = write(a=text)

    with pytest.raises(Unreachable) as caught:
        load_connection(None, environ)

    assert part in caught.value.message
    assert environ["KUBECONFIG"] in caught.value.message


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "config").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(Unreachable, match="cannot read the kubeconfig"):
        load_connection(None, {"KUBECONFIG": str(tmp_path / "config")})


def test_a_file_that_is_far_too_large_is_not_read(tmp_path):
    with (tmp_path / "config").open("wb") as file:
        file.truncate(LARGEST + 1)

    with pytest.raises(Unreachable, match="is larger than any kubeconfig"):
        load_connection(None, {"KUBECONFIG": str(tmp_path / "config")})


def test_a_context_can_be_given_another_name(write):
    connection = load_connection(None, write(a=kubeconfig("one", current="one")))

    renamed = connection.named("old-name")

    assert renamed["current-context"] == "old-name"
    assert renamed["contexts"] == [{"name": "old-name", "context": {"cluster": "one", "user": "one"}}]
    assert renamed["clusters"] == connection.kubeconfig["clusters"]
    assert connection.kubeconfig["current-context"] == "one"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("a: " + "[" * 100_000 + "]" * 100_000, "nested deeper than 64 levels", id="lists"),
        pytest.param("- " * 100_000, "nested deeper than 64 levels", id="lists on one line"),
        pytest.param("a: &a [x, x]\nb: &b [*a, *a]", "uses an alias inside an anchor", id="aliases"),
        pytest.param("a: &a [*a]", "uses an alias inside an anchor", id="itself"),
    ],
)
def test_what_takes_the_stack_or_the_memory_is_refused(write, text, fault):
    with pytest.raises(Unreachable, match=fault):
        load_connection(None, write(a=text))


def test_an_alias_stands_for_what_it_names(write):
    text = yaml.safe_dump(kubeconfig("one", current="one"))
    server_of_one = (
        text.replace("https://one:6443", "&server https://two:6443") + "preferences: {a: *server}\n"
    )

    assert server(load_connection(None, write(a=server_of_one))) == "https://two:6443"


@pytest.mark.parametrize("part", ["clusters", "contexts", "users"])
def test_an_entry_without_a_name_is_none(write, part):
    config = kubeconfig("one", current="one")
    del config[part][0]["name"]

    with pytest.raises(Unreachable, match="its parts are not lists of named entries"):
        load_connection(None, write(a=config))


def test_empty_files_among_several_are_passed_over(write):
    environ = write(a="", b=kubeconfig("one", current="one"), c="# nothing yet\n")

    assert load_connection(None, environ).context == "one"


def test_an_empty_file_alone_is_no_cluster(write):
    with pytest.raises(Unreachable, match="there is no kubeconfig with a context in"):
        load_connection(None, write(a=""))


@pytest.mark.parametrize(
    ("user", "said"), [("gone", "the user 'gone', which is not there"), ("", "no user"), (None, "no user")]
)
def test_a_user_that_is_not_there_is_nobody_as_with_kubectl(write, user, said):
    config = kubeconfig("one", current="one")
    config["contexts"][0]["context"]["user"] = user

    connection = load_connection(None, write(a=config))

    assert connection.kubeconfig["users"] == []
    assert connection.nobody == f"The context names {said}: requests are anonymous."


def test_data_count_before_a_file_for_the_engine_too(write):
    """It refuses a user or a cluster that has both."""
    trusted = {"certificate-authority": "/ca", "certificate-authority-data": "Y2E="}
    config = kubeconfig("one", current="one", **trusted)
    both = {"client-certificate": "/c", "client-certificate-data": "Yw==", "client-key-data": "aw=="}
    config["users"][0]["user"] = both

    lent = load_connection(None, write(a=config)).named("other")

    assert "certificate-authority" not in lent["clusters"][0]["cluster"]
    assert "client-certificate" not in lent["users"][0]["user"]


@pytest.fixture
def account(tmp_path):
    """The folder of a pod's service account."""
    for name, content in {"token": "t", "ca.crt": "ca", "namespace": "ml\n"}.items():
        (tmp_path / name).write_text(content)
    return tmp_path


@pytest.mark.parametrize(
    ("host", "url"), [("10.0.0.1", "https://10.0.0.1:443"), ("fd00::1", "https://[fd00::1]:443")]
)
def test_a_pod_without_a_kubeconfig_asks_with_its_service_account(account, host, url):
    environ = {"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": "443", "KUBECONFIG": "/not/there"}

    connection = load_connection(None, environ, account)

    assert (connection.context, server(connection)) == ("in-cluster", url)
    assert connection.cluster["certificate-authority"] == str(account / "ca.crt")
    assert connection.user == {"tokenFile": str(account / "token")}
    assert connection.kubeconfig["contexts"][0]["context"]["namespace"] == "ml"


def test_a_kubeconfig_counts_before_the_service_account(write, account):
    environ = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}

    connection = load_connection(None, {**environ, **write(a=kubeconfig("one", current="one"))}, account)

    assert connection.context == "one"


def test_a_machine_that_is_no_pod_has_no_service_account(account):
    with pytest.raises(Unreachable, match="no cluster"):
        load_connection(None, {"KUBECONFIG": "/not/there"}, account)


def test_the_namespace_of_a_pod_counts_where_its_account_does(account, monkeypatch):
    monkeypatch.setenv("HOME", str(account))
    environ = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}

    assert namespace_of_pod(environ, account) == "ml"
    assert namespace_of_pod({**environ, "POD_NAMESPACE": "own"}, account) == "own"
    assert namespace_of_pod({**environ, "KUBECONFIG": "/any"}, account) == ""
    assert namespace_of_pod({}, account) == ""
