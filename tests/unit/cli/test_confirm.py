"""Who is asked before something is lost, and what is said. On a terminal that is one."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.integration.prefork import Commands
from tests.unit.cli.done import SETTINGS, Call

KUBECONFIG = """\
clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1', insecure-skip-tls-verify: true}}]
contexts: [{name: dev, context: {cluster: c}}]
current-context: dev
"""
LOCK = '{"pid":7,"username":"ada","hostname":"elsewhere","timestamp":"2026-01-02T03:04:05Z"}'
HELD = "ada@elsewhere (pid 7) since 2026-01-02T03:04:05Z"
DELETES = (
    "Delete the scaling group web of environment abc123 (namespace models, context dev)? Its Deployment, "
    "Service and HTTPRoute are removed"
)


@pytest.fixture
def place(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with settings, a kubeconfig of a cluster that is away, and a lock of another machine."""
    (tmp_path / "scaling-group.toml").write_text(SETTINGS)
    (tmp_path / "kubeconfig").write_text(KUBECONFIG)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    monkeypatch.setenv("SCALING_GROUP_DATA_DIR", str(tmp_path / "data"))
    state = tmp_path / "data" / "state" / ".pulumi"
    lock = state / "locks" / "organization" / "scaling-group" / "abc123.web" / "1.json"
    lock.parent.mkdir(parents=True)
    lock.write_text(LOCK)
    history = state / "history" / "scaling-group" / "abc123.web"
    history.mkdir(parents=True)
    return lock


def test_on_a_terminal_a_delete_says_of_what_where_and_what_stays(place, on_terminal):
    code, shown = on_terminal("n", "delete", "web")

    assert code == 1
    assert f"{DELETES}; its record and history stay. [y/N]:" in shown
    assert shown.endswith("aborted; nothing was changed")


def test_on_a_terminal_a_purge_says_what_is_lost(place, on_terminal):
    code, shown = on_terminal("", "delete", "web", "--purge")

    assert code == 1
    assert f"{DELETES}, and its record and its history of 0 operations are lost permanently. [y/N]:" in shown


@pytest.fixture
def lost(place: Path) -> Path:
    """The same with the state of a live group, whose cluster does not answer."""
    gateway = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"}
    record = {
        "id": "0b3f9b1e",
        "spec": {"name": "web", "image": "a/b:1", "port": 80},
        "environment": {"id": "abc123", "namespace": "models", "gateway": gateway},
        "cluster": "5d0f4f0e",
        "revision": 1,
    }
    component = {"type": "scaling-group:index:ScalingGroup", "inputs": {"record": record}}
    state = place.parents[4] / "stacks" / "scaling-group" / "abc123.web.json"
    state.parent.mkdir(parents=True)
    state.write_text(json.dumps({"version": 3, "checkpoint": {"latest": {"resources": [component]}}}))
    return state


@pytest.mark.parametrize(
    ("arguments", "question"),
    [
        (["delete", "web", "--purge"], "Forget the scaling group web? Objects of it that still exist"),
        (["restore", "web"], "Restore web here? Objects of it that still exist elsewhere are left alone."),
    ],
)
def test_on_a_terminal_it_is_asked_whether_the_cluster_of_a_group_is_gone(
    lost: Path, on_terminal, arguments: list[str], question: str
):
    code, shown = on_terminal("n", *arguments)

    assert code == 1
    assert f"cannot reach cluster https://127.0.0.1:1 (context 'dev'). {question}" in shown
    assert shown.endswith("aborted; nothing was changed")


def test_off_a_terminal_a_cluster_that_does_not_answer_takes_a_flag_of_its_own(lost: Path, call: Call):
    done = call("delete", "web", "--purge", "--yes")

    assert done.code == 5
    assert "scaling-group delete --name=web --purge --cluster-gone" in done.err
    assert lost.exists()


def test_a_cluster_that_is_gone_matters_to_a_purge_alone(lost: Path, call: Call):
    done = call("delete", "web", "--cluster-gone")

    assert done.code == 2
    assert "--cluster-gone needs --purge" in done.err


def test_on_a_terminal_unlock_with_force_says_who_holds_the_lock_and_what_can_be_lost(place, on_terminal):
    code, shown = on_terminal("n", "unlock", "web", "--force")

    assert code == 1
    assert f"Remove the lock of web? It is held by {HELD}. If that is still at work," in shown
    assert place.exists()

    code, shown = on_terminal("y", "unlock", "web", "--force")
    assert (code, place.exists()) == (0, False)


def test_where_the_question_cannot_be_seen_it_is_not_asked(place, on_terminal, tmp_path: Path):
    with (tmp_path / "log").open("wb") as log:
        code, _ = on_terminal("y", "delete", "web", "--purge", stderr=log.fileno())

    assert code == 2
    assert "there is no terminal to ask" in (tmp_path / "log").read_text()


@pytest.mark.parametrize(
    ("arguments", "lost"),
    [
        (["delete", "web", "--purge"], "the record and the history of web would be lost"),
        (["unlock", "web", "--force"], "the lock of web would be removed, whoever holds it,"),
    ],
)
def test_off_a_terminal_what_cannot_be_undone_takes_yes(place, tmp_path, call: Call, arguments, lost):
    done = call(*arguments, stdin=b"y\n")

    assert (done.code, done.out) == (2, "")
    said = "permanently, and there is no terminal to ask for confirmation\n  Pass --yes to confirm.\n"
    assert done.err == f"error: {lost} {said}"
    assert place.exists()


def test_off_a_terminal_with_yes_it_is_done(place: Path, call: Call):
    done = call("unlock", "web", "--force", "--yes")

    assert (done.code, done.out) == (0, f"unlocked web: it was locked by {HELD}\n")
    assert not place.exists()


@pytest.mark.parametrize(
    "arguments", [["delete", "web"], ["delete", "web", "--purge", "--dry-run"], ["unlock", "web"]]
)
def test_off_a_terminal_what_can_be_undone_asks_nobody(place: Path, call: Call, arguments: list[str]):
    done = call(*arguments, stdin=b"n\n")

    assert done.code in (4, 5)
    assert "cannot reach cluster" in done.err or "may still be in use" in done.err


#: A credential plugin that reads what it can.
READS = """\
clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1', insecure-skip-tls-verify: true}}]
users:
- name: u
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: sh
      args: [-c, cat >taken]
      interactiveMode: IfAvailable
contexts: [{name: dev, context: {cluster: c, user: u}}]
current-context: dev
"""


@pytest.mark.parametrize("arguments", [["delete", "web"], ["get", "web"], ["doctor"]])
def test_a_command_in_a_loop_leaves_the_loop_its_input(place, tmp_path, commands, arguments: list[str]):
    """As in `while read name; do scaling-group delete $name; done < names`."""
    (tmp_path / "kubeconfig").write_text(READS)
    ours, theirs = os.pipe()
    os.write(theirs, b"the next name\n")
    os.close(theirs)

    done = commands.run(arguments, os.environ, tmp_path, stdin=ours)

    assert "Traceback" not in done.stderr
    assert os.read(ours, 100) == b"the next name\n"
    os.close(ours)
    assert (tmp_path / "taken").read_text() == ""


def test_a_file_that_is_standard_input_is_read_all_the_same(place, tmp_path, commands: Commands):
    file = tmp_path / "group.yaml"
    file.write_text("name: web\nimage: my-registry/server:v1\nport: 8080\n")

    with file.open() as group:
        done = commands.run(["validate", "-f", "-"], os.environ, tmp_path, stdin=group.fileno())

    assert (done.returncode, done.stdout) == (0, "1 group is valid\n")
