"""A cluster of its own beside the shared one: a changed context, and an API server that goes away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.integration.terminal import Terminal, read_until
from tests.integration.test_create import FLAGS
from tests.integration.test_doctor import checked, named
from tests.integration.waiting import Eventually, new_namespace
from tools.local_cluster.cluster import LocalCluster

pytestmark = pytest.mark.integration

#: Longer than any wait here takes; a verdict that only comes with it comes too late.
LIMIT = "--timeout=240s"


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
    new_namespace(other, terminal.namespace)
    return Terminal(other, terminal.namespace, terminal.environment, folder, terminal.commands)


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


def kill_api_server(cluster: LocalCluster) -> None:
    [server] = [process for process in cluster.status().processes if process.name == "kube-apiserver"]
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)


def stop_api_server_during(own: Terminal, eventually: Eventually, *commands: tuple[str, ...]) -> None:
    """Run commands, kill the API server while all their engines work, and see that they end in order."""
    locks = own.data_dir / "state" / ".pulumi" / "locks"
    running, stopped = [], set[psutil.Process]()
    for count, command in enumerate(commands, 1):
        running.append(own.start(*command))
        eventually(lambda count=count: len(list(locks.rglob("*.json"))) == count)
        # Where a machine is busy, an engine could end before the next one has its lock.
        for engine in set(own.processes("pulumi")) - stopped:
            engine.suspend()
            stopped.add(engine)
    kill_api_server(own.cluster)
    for engine in stopped:
        engine.resume()
    for each in running:
        _, said = each.communicate(timeout=300)
        assert each.returncode in (1, 5), said
        assert "Traceback" not in said


def test_an_api_server_that_goes_away_is_outlived_by_waits_and_the_next_command_finishes_what_was_begun(
    own: Terminal, eventually: Eventually
) -> None:
    """In waits, an update and a create at once: an API server takes long to start again."""
    waits = waits_for_groups(own)
    own.create("web")
    update = ("update", "web", "--replicas=3", "--env=MODE=fast", "--timeout=20s")
    create = ("create", "--name=new", "--image=a:1", "--port=80", "--timeout=20s")
    stop_api_server_during(own, eventually, update, create)
    # What is recorded can be read while nobody answers.
    assert own.data("history", "web")[-1]["revision"] == 1
    down = own.group("get", "web")
    assert down.returncode == 5
    assert "Traceback" not in down.stderr
    for process in waits.values():
        read_until(process.stderr, "the API server does not answer; retrying")

    own.cluster.up()
    waits_tell_how_their_groups_end(own, waits)
    the_next_update_finishes_the_update(own)
    one_apply_finishes_the_create(own)
    assert own.names() == []


def the_next_update_finishes_the_update(own: Terminal) -> None:
    assert own.data("get", "web")["revision"] in (1, 2)
    updated = own.data("update", "web", "--replicas=2", "--env=MODE=fast")
    assert (updated["status"], updated["replicas"]["available"]) == ("Available", 2)
    revisions = [entry["revision"] for entry in own.data("history", "web")]
    assert len(set(revisions)) == len(revisions)
    assert own.group("delete", "web").returncode == 0


def one_apply_finishes_the_create(own: Terminal) -> None:
    (own.folder / "new.yaml").write_text("{name: new, image: 'a:1', port: 80}")
    applied = own.group("apply", "-f", "new.yaml")
    assert applied.returncode == 0, applied.stderr
    assert own.data("get", "new")["status"] == "Available"
    assert own.group("delete", "new").returncode == 0


def waits_for_groups(own: Terminal) -> dict[str, subprocess.Popen[str]]:
    """Start a wait for each of two groups that do not become ready."""
    own.create("good", "--no-wait", image="simulate/slow-start:900s")
    own.create("bad", "--no-wait", image="simulate/slow-start:900s")
    waits = {name: own.start("wait", name, LIMIT) for name in ("good", "bad")}
    for process in waits.values():
        # That none is available, or why: where a machine is busy, the first line says it already.
        read_until(process.stderr, "of 1 replicas")
    return waits


def waits_tell_how_their_groups_end(own: Terminal, waits: dict[str, subprocess.Popen[str]]) -> None:
    own.kubectl("set", "image", "deployment/good", "main=my-registry/server:v1")
    own.kubectl("set", "image", "deployment/bad", "main=simulate/image-pull-backoff:1")
    ended = {
        name: (process.communicate(timeout=300)[1], process.returncode) for name, process in waits.items()
    }
    assert ended["good"][1] == 0, ended["good"][0]
    assert ended["bad"][1] == 1, ended["bad"][0]
    assert "simulate/image-pull-backoff:1" in ended["bad"][0]
    for name in waits:
        assert own.group("delete", name).returncode == 0


def test_a_cluster_without_the_gateway_api(own: Terminal, eventually: Eventually) -> None:
    # `up` starts it again, and it looks for the kinds anew.
    own.cluster.stop("traefik")
    crd = "customresourcedefinitions/httproutes.gateway.networking.k8s.io"
    own.cluster.api.delete(f"/apis/apiextensions.k8s.io/v1/{crd}")
    # The API server serves the kind, and lists it among what it serves, for a while after it said yes.
    eventually(lambda: own.cluster.api.get("/apis/gateway.networking.k8s.io/v1/httproutes") is None)
    eventually(lambda: "gateway-api" in {r["id"] for r in own.seen("doctor") if r["outcome"] == "failed"})
    results = checked(own, 1)
    assert named(results) == ["gateway-api"]
    assert "does not serve httproutes" in results["gateway-api"]["summary"]
    assert "Install the Gateway API" in results["gateway-api"]["resolution"]
    assert results["drift"]["summary"] == "needs: Gateway API"
    done = own.group(*FLAGS)
    assert done.returncode == 5
    assert "Install the Gateway API" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_api_server_that_does_not_come_back_is_said_so(own: Terminal) -> None:
    # The last test of this file: no other one has to start the API server again.
    own.create("web", "--no-wait", image="simulate/slow-start:300s")
    process = own.start("wait", "web", "--timeout=12s", "-o", "json")
    read_until(process.stderr, "of 1 replicas")
    kill_api_server(own.cluster)
    said = process.communicate(timeout=300)[1]
    assert process.returncode == 5, said
    error = json.loads(said.splitlines()[-1])
    assert "does not answer, and the 12 s are over" in error["error"]
    assert "at revision 1" in error["detail"]
    assert "scaling-group wait --name=web" in error["resolution"]
