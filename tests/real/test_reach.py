"""Requests while a group changes how it is reached: by whom, and through which Service."""

from __future__ import annotations

from collections.abc import Callable

from tests.integration.terminal import Terminal
from tests.integration.waiting import Eventually
from tests.real.load import Load
from tools.real_node.images import SERVER

#: So many at least: that none failed says nothing where none was asked.
ENOUGH = 100


def test_no_request_fails_while_a_group_gets_a_cluster_ip_and_loses_it(
    terminal: Terminal, load: Callable[[str], Load]
) -> None:
    terminal.create("web", "--replicas=2", image=f"{SERVER}:v1")
    requests = load("web")

    terminal.data("update", "web", "--service=cluster-ip")
    terminal.data("update", "web", f"--image={SERVER}:v2")
    terminal.data("update", "web", "--service=headless")
    terminal.data("update", "web", "--replicas=3")

    traffic = requests.stop()
    print(traffic)
    assert traffic.failures == {}, traffic
    assert traffic.answered > ENOUGH


def test_a_group_that_becomes_private_answers_nobody_outside_until_it_is_public_again(
    terminal: Terminal, load: Callable[[str], Load], eventually: Eventually
) -> None:
    terminal.create("web", image=f"{SERVER}:v1")
    pods = {pod["metadata"]["uid"] for pod in terminal.pods()}

    planned = terminal.group("update", "web", "--route=private", "--dry-run")
    assert "no Gateway serves web any more" in planned.stdout, planned.stdout
    private = terminal.group("update", "web", "--route=private")
    assert "no Gateway serves web any more" in private.stderr, private.stderr
    requests = load("web")
    assert terminal.data("update", "web", "--replicas=2")["url"] == ""
    refused = requests.stop()
    print(refused)
    assert (bool(refused.failures), refused.answered) == (True, 0), refused

    terminal.data("update", "web", "--route=public")
    # A gateway accepts a route a moment before it serves it.
    client = terminal.with_variables(SSL_CERT_FILE=str(terminal.cluster.gateway_ca))
    eventually(lambda: client.group("get", "web", "--probe").returncode == 0)
    requests = load("web")
    terminal.data("update", "web", "--replicas=3")
    traffic = requests.stop()
    print(traffic)
    assert (traffic.failures, traffic.answered > 0) == ({}, True), traffic
    assert pods < {pod["metadata"]["uid"] for pod in terminal.pods()}
