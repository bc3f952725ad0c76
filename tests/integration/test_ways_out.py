"""A group whose namespace, cluster or state is gone goes on all the same."""

from __future__ import annotations

import dataclasses
import socket
from typing import Any

import pytest

from tests.integration.terminal import Terminal
from tests.integration.waiting import Eventually

pytestmark = pytest.mark.integration

OTHER = "was created in another cluster than the connected one"


def make_namespace_anew(terminal: Terminal) -> None:
    terminal.kubectl("delete", "namespace", terminal.namespace, "--wait")
    terminal.kubectl("create", "namespace", terminal.namespace)


def test_a_group_is_restored_into_its_namespace_that_was_made_anew(terminal: Terminal) -> None:
    created = terminal.create("web", "--replicas=2")
    make_namespace_anew(terminal)

    refused = terminal.group("update", "web", "--replicas=3")
    assert refused.returncode == 4
    assert OTHER in refused.stderr
    assert "scaling-group restore --name=web" in refused.stderr
    assert "scaling-group delete --name=web --purge" in refused.stderr

    restored = terminal.data("restore", "web")
    assert (restored["id"], restored["status"], restored["revision"]) == (created["id"], "Available", 2)
    assert restored["replicas"]["available"] == 2
    assert [entry["action"] for entry in terminal.data("history", "web")] == ["restore", "create"]
    assert terminal.data("update", "web", "--replicas=1")["status"] == "Available"
    assert terminal.group("delete", "web").returncode == 0


def test_a_group_whose_namespace_is_gone_is_forgotten(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait")
    terminal.create("api", "--no-wait")
    terminal.kubectl("delete", "namespace", terminal.namespace, "--wait")

    done = terminal.group("delete", "web", "--purge", "--yes")
    assert done.returncode == 0, done.stderr
    assert "Objects of it that still exist elsewhere are left alone" in done.stderr
    assert terminal.group("delete", "api").returncode == 3
    terminal.kubectl("create", "namespace", terminal.namespace)
    assert [group["name"] for group in terminal.data("list", "--include-deleted")] == ["api"]
    assert terminal.group("delete", "api").returncode == 4
    assert terminal.group("delete", "api", "--purge", "--yes").returncode == 0
    assert terminal.data("list", "--include-deleted") == []
    assert terminal.group("restore", "api").returncode == 3


def test_a_group_of_a_cluster_that_nobody_reaches_is_forgotten_only_where_that_is_said(
    terminal: Terminal, unused_port: int, eventually: Eventually
) -> None:
    terminal.create("web", "--no-wait")
    kubeconfig = terminal.folder / "gone"
    text = terminal.cluster.kubeconfig.read_text()
    server = terminal.kubectl("config", "view", "-o", "jsonpath={.clusters[0].cluster.server}")
    kubeconfig.write_text(text.replace(server, f"https://127.0.0.1:{unused_port}"))
    gone = terminal.with_variables(KUBECONFIG=str(kubeconfig))

    refused = gone.group("delete", "web", "--purge", "--yes")
    assert refused.returncode == 5, refused.stderr
    assert "--cluster-gone" in refused.stderr
    done = gone.group("delete", "web", "--purge", "--yes", "--cluster-gone")
    assert done.returncode == 0, done.stderr
    eventually(lambda: terminal.seen("get", "web").get("status") == "Available")


def identities(terminal: Terminal) -> dict[str, tuple[str, Any]]:
    found = terminal.objects("web")
    return {kind: (each["metadata"]["uid"], each["spec"]) for kind, each in found.items()}


def test_a_group_that_a_colleague_holds_is_adopted_and_the_colleague_may_no_longer_change_it(
    terminal: Terminal,
) -> None:
    """Also what a lost laptop leaves behind: its state is not looked at."""
    colleague = dataclasses.replace(terminal, folder=terminal.folder / "colleague")
    colleague.folder.mkdir()
    created = colleague.create("web", "--replicas=2", "--tags=team=ml")
    before, pods = identities(terminal), terminal.kubectl("get", "pods", "-o", "name")

    asked = terminal.group("adopt", "web")
    assert asked.returncode == 2
    for part in (f"@{socket.gethostname()}", f"file://{colleague.data_dir}/state", "revision 1, create"):
        assert part in asked.stderr
    assert terminal.group("update", "web", "--replicas=3").returncode == 4

    adopted = terminal.data("adopt", "web", "--yes", "-m", "the laptop is gone")
    assert (adopted["id"], adopted["revision"], adopted["status"]) == (created["id"], 2, "Available")
    assert identities(terminal) == before
    assert terminal.kubectl("get", "pods", "-o", "name") == pods
    [entry] = terminal.data("history", "web")
    assert (entry["action"], entry["message"]) == ("adopt", "the laptop is gone")

    (terminal.folder / "colleague" / "web.yaml").write_text("{name: web, image: 'a:2', port: 8080}")
    for command in (
        ("update", "web", "--replicas=3"),
        ("rollback", "web", "--to=1"),
        ("delete", "web"),
        ("delete", "web", "--purge", "--yes"),
        ("apply", "-f", "web.yaml"),
    ):
        refused = colleague.group(*command)
        assert refused.returncode == 4, (command, refused.stderr)
        assert f"file://{terminal.data_dir}/state" in refused.stderr, command
        assert "scaling-group adopt --name=web" in refused.stderr
    assert identities(terminal) == before

    # What the former owner has applied and the next revision leaves out has to go.
    changed = terminal.data("update", "web", "--replicas=1", "--unset=tags.team")
    assert changed["status"] == "Available"
    assert "chalk.ai/tag-team" not in terminal.objects("web")["deployment"]["metadata"]["labels"]
    assert terminal.group("adopt", "web", "--yes").returncode == 4
    back = colleague.data("adopt", "web", "--yes")
    assert (back["revision"], back["replicas"]["desired"]) == (4, 1)
    assert terminal.group("update", "web", "--replicas=3").returncode == 4
    assert colleague.group("delete", "web").returncode == 0
    assert terminal.objects("web") == {}
