"""Waiting: for what comes up, what cannot, and through whatever happens to the API server."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import load_connection
from scaling_group.reads import Selection
from tests.integration.proxy import port_of, proxy_to, through
from tests.integration.terminal import Terminal, read_until
from tests.integration.waiting import Eventually
from tools.local_cluster.cluster import LocalCluster

pytestmark = pytest.mark.integration

#: Longer than any wait here takes; a verdict that only comes with it comes too late.
LIMIT = "--timeout=120s"
#: Progress says that none is available, or why: where a machine is busy, its first line does already.
OF_ONE = "of 1 replicas"


def error_of(done: subprocess.CompletedProcess[str]) -> Any:
    """Return the error that -o json writes, after the lines of progress."""
    return json.loads(done.stderr.splitlines()[-1])


def create(terminal: Terminal, name: str, image: str, *flags: str) -> subprocess.CompletedProcess[str]:
    return terminal.group("create", f"--name={name}", f"--image={image}", "--port=8080", *flags)


def test_an_image_that_is_never_pulled_ends_the_wait_with_the_cause(
    terminal: Terminal, eventually: Eventually
) -> None:
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
    assert "registry.invalid" in done.stderr
    eventually(lambda: terminal.seen("get", "web").get("status") in {"Pending", "Degraded"})

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
        ("simulate/crash-loop:1", "exits with code 3", "/models/config.json does not exist"),
        ("simulate/oom:1", "needs more memory than its limit of 1Gi", "950 MiB"),
    ],
)
def test_a_crash_ends_with_its_last_words_and_a_record(
    terminal: Terminal, eventually: Eventually, image: str, cause: str, last_words: str
) -> None:
    done = create(terminal, "web", image, LIMIT)
    assert done.returncode == 1
    assert "after 120 s" not in done.stderr
    assert cause in done.stderr
    assert last_words in done.stderr
    # What crashes is ready for a moment at each start.
    eventually(lambda: terminal.seen("get", "web").get("status") in {"Pending", "Degraded"})
    assert [group["name"] for group in terminal.data("list")] == ["web"]
    assert terminal.group("delete", "web").returncode == 0
    assert terminal.data("list") == []
    assert terminal.names() == []


def test_a_slow_start_is_waited_for_to_its_end(terminal: Terminal, request: pytest.FixtureRequest) -> None:
    # The long one lasts beyond the end of a stream of the API server.
    seconds = 40 if request.config.getoption("--long") else 6
    group = terminal.create("web", LIMIT, image=f"simulate/slow-start:{seconds}s")
    assert group["status"] == "Available"


def test_waiting_for_what_was_begun_without(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait", image="simulate/slow-start:2s")
    assert terminal.data("wait", "web", LIMIT)["status"] == "Available"

    early = terminal.group("wait", "web", "--for=deleted", "--timeout=1s")
    assert early.returncode == 1
    assert "They have not been deleted." in early.stderr

    terminal.data("delete", "web", "--no-wait")
    gone = terminal.group("wait", "--name=web", "--for=deleted", LIMIT)
    assert (gone.returncode, gone.stdout) == (0, "web is gone\n")
    assert terminal.names() == []
    assert terminal.group("wait", "web").returncode == 3
    assert terminal.group("wait", "nobody").returncode == 3


def test_a_timeout_ends_with_what_is_known(terminal: Terminal) -> None:
    done = create(terminal, "web", "simulate/slow-start:900s", "--timeout=4s")
    assert done.returncode == 1
    assert "web is Pending after 4 s" in done.stderr


def test_a_deployment_that_somebody_deletes_ends_the_wait(terminal: Terminal) -> None:
    group = terminal.create("web", "--no-wait", image="simulate/slow-start:900s")
    assert group["status"] == "Pending"
    process = terminal.start("wait", "web", LIMIT)
    read_until(process.stderr, OF_ONE)
    terminal.kubectl("delete", "deployment", "web")
    _, said = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "web was deleted during the wait" in said


@pytest.mark.parametrize(
    ("image", "code"),
    [("my-registry/server:v1", 0), ("simulate/crash-loop:1", 1)],
    ids=["good", "bad"],
)
def test_dropped_connections_do_not_change_the_verdict(
    terminal: Terminal, tmp_path: Path, eventually: Eventually, image: str, code: int
) -> None:
    terminal.create("web", "--no-wait", image="simulate/slow-start:900s")
    with proxy_to(port_of(terminal)) as proxy:
        process = through(terminal, proxy.port, tmp_path).start("wait", "web", LIMIT)
        read_until(process.stderr, OF_ONE)

        def cut() -> None:
            before = proxy.opened
            proxy.cut()
            eventually(lambda: proxy.opened > before or process.poll() is not None)

        for _ in range(5):
            cut()
        terminal.kubectl("set", "image", "deployment/web", f"main={image}")
        for _ in range(2):
            cut()
        _, said = process.communicate(timeout=300)
    assert process.returncode == code, said
    assert "Traceback" not in said


def test_a_watch_that_is_closed_ends_its_streams(cluster: LocalCluster, eventually: Eventually) -> None:
    asked = Cluster(load_connection(None, {"KUBECONFIG": str(cluster.kubeconfig)}))
    before = set(threading.enumerate())
    for _ in range(5):
        with asked.watch([Selection("Pod", "default"), Selection("Event", "default")]) as watch:
            while not watch.complete:
                watch.wait(1)
    eventually(lambda: set(threading.enumerate()) <= before)
