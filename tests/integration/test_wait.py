"""Waiting: for what comes up, what cannot, and through whatever happens to the API server."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import load_connection
from scaling_group.reads import Selection
from tests.integration.proxy import proxy_to
from tests.integration.terminal import Terminal, read_until
from tools.local_cluster.cluster import LocalCluster

pytestmark = pytest.mark.integration

Eventually = Callable[[Callable[[], bool]], None]
#: Longer than any wait here takes; a verdict that only comes with it comes too late.
LIMIT = "--timeout=120s"


def error_of(done: subprocess.CompletedProcess[str]) -> Any:
    """Return the error that -o json writes, after the lines of progress."""
    return json.loads(done.stderr.splitlines()[-1])


def create(terminal: Terminal, name: str, image: str, *flags: str) -> subprocess.CompletedProcess[str]:
    return terminal.group("create", f"--name={name}", f"--image={image}", "--port=8080", *flags)


def test_an_image_that_is_never_pulled_ends_the_wait_with_the_cause(terminal: Terminal) -> None:
    done = create(terminal, "web", "simulate/image-pull-backoff:1", LIMIT, "-o", "json")

    error = error_of(done)
    assert done.returncode == 1
    assert done.stdout == ""
    assert error["error"].startswith("web failed: ")
    assert "after 120 s" not in error["error"]
    [diagnosis] = error["diagnoses"]
    assert diagnosis["terminal"] is True
    assert "simulate/image-pull-backoff:1" in diagnosis["summary"]
    assert diagnosis["summary"] in error["error"]
    assert diagnosis["resolution"] in error["resolution"]
    assert "at revision 1" in error["detail"]

    repaired = terminal.data("update", "web", "--image=my-registry/server:v1", LIMIT)
    assert (repaired["status"], repaired["revision"]) == ("Available", 2)


def test_a_bad_update_says_what_still_serves(terminal: Terminal) -> None:
    terminal.create("web")
    done = terminal.group("update", "web", "--image=simulate/image-pull-backoff:1", LIMIT)
    assert done.returncode == 1
    assert "simulate/image-pull-backoff:1" in done.stderr
    assert "after 120 s" not in done.stderr

    rolled = terminal.data("rollback", "web", LIMIT)
    assert rolled["status"] == "Available"


@pytest.mark.parametrize(
    ("image", "cause", "last_words"),
    [
        ("simulate/crash-loop:1", "exit code 3", "/models/config.json does not exist"),
        ("simulate/oom:1", "memory", "950 MiB"),
    ],
)
def test_a_crash_ends_with_its_last_words(
    terminal: Terminal, image: str, cause: str, last_words: str
) -> None:
    done = create(terminal, "web", image, LIMIT)
    assert done.returncode == 1
    assert "after 120 s" not in done.stderr
    assert cause in done.stderr
    assert last_words in done.stderr


def test_a_slow_start_is_waited_for_to_its_end(terminal: Terminal) -> None:
    group = terminal.create("web", LIMIT, image="simulate/slow-start:20s")
    assert group["status"] == "Available"


def test_waiting_for_what_was_begun_without(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait", image="simulate/slow-start:2s")
    assert terminal.data("wait", "web", LIMIT)["status"] == "Available"

    early = terminal.group("wait", "web", "--for=deleted", "--timeout=1s")
    assert early.returncode == 1
    assert "Nobody has deleted them." in early.stderr

    terminal.data("delete", "web", "--no-wait")
    gone = terminal.group("wait", "--name=web", "--for=deleted", LIMIT)
    assert (gone.returncode, gone.stdout) == (0, "web is gone\n")
    assert terminal.names() == []
    assert terminal.group("wait", "web").returncode == 3
    assert terminal.group("wait", "nobody").returncode == 3


def test_a_timeout_ends_with_what_is_known(terminal: Terminal) -> None:
    done = create(terminal, "web", "simulate/slow-start:90s", "--timeout=4s")
    assert done.returncode == 1
    assert "web is Pending after 4 s" in done.stderr


def test_a_deployment_that_somebody_deletes_ends_the_wait(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait", image="simulate/slow-start:90s")
    process = terminal.start("wait", "web", LIMIT)
    read_until(process.stderr, "0 of 1 replicas available")
    terminal.kubectl("delete", "deployment", "web")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "web was deleted while it was waited for" in said


def through(terminal: Terminal, port: int, folder: Path) -> Terminal:
    """Return the terminal with a kubeconfig whose API server is at another port."""
    text = terminal.cluster.kubeconfig.read_text()
    file = folder / "through-a-proxy"
    file.write_text(re.sub(r"https://127\.0\.0\.1:\d+", f"https://127.0.0.1:{port}", text))
    return terminal.with_variables(KUBECONFIG=str(file))


@pytest.mark.parametrize(
    ("image", "code"), [("simulate/slow-start:8s", 0), ("simulate/crash-loop:1", 1)], ids=["good", "bad"]
)
def test_dropped_connections_do_not_change_the_verdict(
    terminal: Terminal, tmp_path: Path, image: str, code: int
) -> None:
    terminal.create("web", "--no-wait", image=image)
    server = json.loads(terminal.cluster.kubeconfig.read_text())["clusters"][0]["cluster"]["server"]
    with proxy_to(int(server.rpartition(":")[2])) as proxy:
        process = through(terminal, proxy.port, tmp_path).start("wait", "web", LIMIT)
        read_until(process.stderr, "replicas available")
        before = proxy.opened
        while process.poll() is None:
            proxy.cut()
            try:
                process.wait(0.7)
            except subprocess.TimeoutExpired:
                continue
        _, said = process.communicate()
    assert process.returncode == code, said
    assert "Traceback" not in said
    assert proxy.opened > before, "nothing was cut"


def test_a_watch_that_is_closed_ends_its_streams(cluster: LocalCluster, eventually: Eventually) -> None:
    asked = Cluster(load_connection(None, {"KUBECONFIG": str(cluster.kubeconfig)}))
    before = set(threading.enumerate())
    for _ in range(5):
        with asked.watch([Selection("Pod", "default"), Selection("Event", "default")]) as watch:
            while not watch.complete:
                watch.wait(1)
    eventually(lambda: set(threading.enumerate()) <= before)


@pytest.fixture
def own(tmp_path: Path, toolchain: Path) -> Iterator[Terminal]:
    """A terminal of a cluster whose API server may be stopped without a harm to other tests."""
    instance = LocalCluster(tmp_path / "own", toolchain)
    instance.up()
    opened = Terminal(instance, "default", "abc123", tmp_path)
    yield opened
    opened.close()
    instance.down(wipe=True)


def kill(cluster: LocalCluster, name: str) -> None:
    (process,) = [state for state in cluster.status().processes if state.name == name]
    assert process.pid is not None
    psutil.Process(process.pid).kill()


def test_waits_outlive_a_restart_of_the_api_server(own: Terminal) -> None:
    own.create("good", "--no-wait", image="simulate/slow-start:900s")
    own.create("bad", "--no-wait", image="simulate/slow-start:900s")
    waits = {name: own.start("wait", name, LIMIT) for name in ("good", "bad")}
    for process in waits.values():
        read_until(process.stderr, "0 of 1 replicas available")

    kill(own.cluster, "kube-apiserver")
    for process in waits.values():
        read_until(process.stderr, "the API server does not answer; trying again")
    own.cluster.up()
    own.kubectl("set", "image", "deployment/good", "main=my-registry/server:v1")
    own.kubectl("set", "image", "deployment/bad", "main=simulate/image-pull-backoff:1")

    ended = {
        name: (process.communicate(timeout=150)[1], process.returncode) for name, process in waits.items()
    }
    assert ended["good"][1] == 0, ended["good"][0]
    assert ended["bad"][1] == 1, ended["bad"][0]
    assert "simulate/image-pull-backoff:1" in ended["bad"][0]


def test_an_api_server_that_does_not_come_back_is_said_so(own: Terminal) -> None:
    own.create("web", "--no-wait", image="simulate/slow-start:300s")
    process = own.start("wait", "web", "--timeout=12s", "-o", "json")
    read_until(process.stderr, "0 of 1 replicas available")
    kill(own.cluster, "kube-apiserver")
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 5, said
    error = json.loads(said.splitlines()[-1])
    assert "does not answer, and the 12 s are over" in error["error"]
    assert "at revision 1" in error["detail"]
    assert "scaling-group wait --name=web" in error["resolution"]
