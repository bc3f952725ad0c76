"""A cluster of its own beside the shared one: a changed context, and an API server that goes away."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.terminal import Terminal
from tools.local_cluster.cluster import LocalCluster

pytestmark = pytest.mark.integration

Eventually = Callable[[Callable[[], bool]], None]


@pytest.fixture(scope="module")
def other(toolchain: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """A second cluster; it may be broken and is repaired by `up`."""
    cluster = LocalCluster(tmp_path_factory.mktemp("other") / "cluster", toolchain)
    cluster.up()
    yield cluster
    cluster.down(wipe=True)


def both(terminal: Terminal, other: LocalCluster) -> Path:
    """Write a kubeconfig with the contexts of both clusters, the second one called `other`."""
    here, there = (json.loads(c.kubeconfig.read_text()) for c in (terminal.cluster, other))
    for part in ("clusters", "users", "contexts"):
        [entry] = there[part]
        here[part].append({**entry, "name": "other"})
    here["contexts"][-1]["context"] = {"cluster": "other", "user": "other"}
    file = terminal.folder / "both"
    file.write_text(json.dumps(here))
    return file


def elsewhere(terminal: Terminal, other: LocalCluster, folder: Path) -> Terminal:
    """Return a colleague's shell: same environment and namespace, the other cluster, other state."""
    folder.mkdir()
    colleague = Terminal(other, terminal.namespace, terminal.environment, folder)
    colleague.kubectl("create", "namespace", terminal.namespace)
    return colleague


def identities(terminal: Terminal) -> dict[str, Any]:
    """Return what tells of any write to a group's specs: uid and generation of each object."""
    found = terminal.objects("web")
    return {
        kind: (o["metadata"]["uid"], o["metadata"].get("generation"), o["spec"]) for kind, o in found.items()
    }


def test_a_group_of_the_same_name_behind_another_context_is_not_touched(
    terminal: Terminal, other: LocalCluster, tmp_path: Path
) -> None:
    colleague = elsewhere(terminal, other, tmp_path / "colleague")
    terminal.create("web")
    colleague.create("web", image="their-registry/server:v7")
    mine, theirs = identities(terminal), identities(colleague)
    moved = terminal.with_variables(KUBECONFIG=str(both(terminal, other)))
    (terminal.folder / "web.yaml").write_text("{name: web, image: 'a:2', port: 80}")
    for command in (
        ("update", "web", "--replicas=3"),
        ("update", "web", "--replicas=3", "--dry-run"),
        ("delete", "web"),
        ("delete", "web", "--purge", "--yes"),
        ("rollback", "web", "--to=1"),
        ("apply", "-f", "web.yaml"),
        ("create", "--name=web", "--image=a:2", "--port=80"),
    ):
        done = moved.group(*command, "--context=other")
        assert done.returncode == 4, (command, done.stderr)
        assert "was created in another cluster than the connected one" in done.stderr
    assert (identities(terminal), identities(colleague)) == (mine, theirs)
    assert moved.data("update", "web", "--replicas=2")["status"] == "Available"


def stop_api_server_during(
    there: Terminal, other: LocalCluster, eventually: Eventually, *command: str
) -> None:
    """Run a command, kill the API server while the engine works, and see that the command ends in order."""
    running = there.start(*command)
    locks = there.data_dir / "state" / ".pulumi" / "locks"
    eventually(lambda: bool(list(locks.rglob("*.json"))))
    [server] = [process for process in other.status().processes if process.name == "kube-apiserver"]
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)
    _, said = running.communicate(timeout=300)
    assert running.returncode in (1, 5), said
    assert "Traceback" not in said


def test_an_api_server_that_goes_away_in_an_update_leaves_a_group_that_the_next_one_finishes(
    terminal: Terminal, other: LocalCluster, tmp_path: Path, eventually: Eventually
) -> None:
    there = elsewhere(terminal, other, tmp_path / "there")
    there.create("web")
    flags = ("update", "web", "--replicas=3", "--env=MODE=fast", "--timeout=20s")
    stop_api_server_during(there, other, eventually, *flags)
    # What is recorded can be read while nobody answers.
    assert there.data("history", "web")[-1]["revision"] == 1
    down = there.group("get", "web")
    assert down.returncode == 5
    assert "Traceback" not in down.stderr

    other.up()
    assert there.data("get", "web")["revision"] in (1, 2)
    updated = there.data("update", "web", "--replicas=2", "--env=MODE=fast")
    assert (updated["status"], updated["replicas"]["available"]) == ("Available", 2)
    revisions = [entry["revision"] for entry in there.data("history", "web")]
    assert len(set(revisions)) == len(revisions)
    assert there.group("delete", "web").returncode == 0
    assert there.names() == []


def test_an_api_server_that_goes_away_in_a_create_leaves_what_one_apply_finishes(
    terminal: Terminal, other: LocalCluster, tmp_path: Path, eventually: Eventually
) -> None:
    there = elsewhere(terminal, other, tmp_path / "there")
    flags = ("create", "--name=web", "--image=a:1", "--port=80", "--timeout=20s")
    stop_api_server_during(there, other, eventually, *flags)
    other.up()
    (there.folder / "web.yaml").write_text("{name: web, image: 'a:1', port: 80}")
    applied = there.group("apply", "-f", "web.yaml")
    assert applied.returncode == 0, applied.stderr
    assert there.data("get", "web")["status"] == "Available"
    assert there.group("delete", "web").returncode == 0
    assert there.names() == []
