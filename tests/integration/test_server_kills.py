"""The API server or etcd is killed at a random moment of a command; once it runs again, one command finishes.

Rounds for --long alone: to start a server again takes ten seconds. test_other_cluster.py has one by default.
"""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from tests.integration.kills import Typical, chance_of, finish, gone, told, whole
from tests.integration.terminal import Terminal
from tests.integration.waiting import HANGS_SECONDS
from tools.local_cluster.cluster import LocalCluster

pytestmark = [pytest.mark.integration, pytest.mark.long]

SERVERS = ("kube-apiserver", "etcd")
VERBS = ("create", "update", "delete", "apply")
GROUP = "{{name: {name}, image: 'my-registry/server:v1', port: 8080, tags: {{round: '{round}'}}}}"
#: A command whose server stays away until it has ended waits so long for a rollout.
LIMIT = "--timeout=20s"


def kill(cluster: LocalCluster, server: str) -> None:
    [found] = [process for process in cluster.status().processes if process.name == server]
    assert found.pid
    os.kill(found.pid, signal.SIGKILL)


def killed_during(own: Terminal, number: int, typical: Typical, *command: str) -> str:
    """Kill a server during a command and start it again, at once or after the command has ended."""
    chance, server = chance_of(f"server {number}"), SERVERS[number // len(VERBS) % len(SERVERS)]
    delay, at_once = typical.some(chance), chance.random() < 0.5
    process = own.start(*command, LIMIT)
    try:
        process.wait(delay)
        what = "ended before"
        typical.heard(delay / 2)
    except subprocess.TimeoutExpired:
        kill(own.cluster, server)
        what = f"{server} killed after {delay:.2f} s, {'back at once' if at_once else 'back afterwards'}"
    if at_once:
        own.cluster.up()
    _, said = process.communicate(timeout=HANGS_SECONDS)
    what = f"{command[0]} {number}: {what} ({' '.join(command)}), exit code {process.returncode}"
    print(what)
    assert process.returncode in (0, 1, 5), (what, said)
    assert "Traceback" not in said, what
    own.cluster.up()
    return what


def test_once_the_server_runs_again_one_command_finishes(own: Terminal, rounds: range) -> None:
    typical, file = Typical(4.0), own.folder / "web.yaml"
    for number in rounds:
        verb, name = VERBS[number % len(VERBS)], f"web-{number}"
        file.write_text(GROUP.format(name=name, round=number))
        apply, tags = ("apply", "-f", "web.yaml"), f"--tags=round={number}"
        image = (f"--name={name}", "--image=my-registry/server:v1", "--port=8080")
        if verb != "create":
            own.create(name, "--no-wait")
        before = [] if verb == "create" else own.data("history", name)
        commands = {
            "create": ("create", *image, tags),
            "update": ("update", name, tags),
            "delete": ("delete", name),
            "apply": apply,
        }
        what = killed_during(own, number, typical, *commands[verb])
        told(own, what, before, name)
        if verb == "delete":
            done = own.group("delete", name)
            assert done.returncode == 0 or "is already deleted" in done.stderr, (what, done.stderr)
        else:
            finish(own, what, *(apply if verb == "create" else commands[verb]))
            assert whole(own, what, name)["spec"]["tags"] == {"round": str(number)}, what
            finish(own, what, "delete", name, "--no-wait")
        gone(own, what, name)
