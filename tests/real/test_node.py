"""A node that goes and comes back, and pods that it ends by itself."""

from __future__ import annotations

import pytest

from tests.integration.terminal import Terminal
from tests.integration.waiting import Eventually
from tests.real.telling import interrupted, tell
from tools.real_node.images import SERVER
from tools.real_node.node import RealNode

#: What the pods of such a node show.
AWAY = '"status": "False", "type": "Ready"'


@pytest.mark.alone
def test_a_group_on_a_node_that_no_longer_answers_is_degraded_until_it_is_back(
    terminal: Terminal, node: RealNode, eventually: Eventually
):
    terminal.create("web", image=f"{SERVER}:v1")

    node.stop_kubelet()
    try:
        said = "the node node1 has not answered since"
        told = tell(terminal, AWAY, "get", "web", "--watch", said=said, then=interrupted)
        print(f"a node that does not answer: told {told.after(said)}")
        assert terminal.data("get", "web")["status"] == "Degraded"
        assert said in terminal.data("get", "web")["reason"]
    finally:
        node.start_kubelet()

    eventually(lambda: terminal.seen("get", "web").get("status") == "Available")


def test_a_pod_that_fills_its_volume_is_evicted_and_said_to_be(terminal: Terminal, eventually: Eventually):
    server = "--entrypoint=/server,-fill=/data,-never-ready"
    flags = ("--mount=empty-dir:8Mi:/data", "--readiness=http:/ready", server, "--no-wait")
    terminal.create("web", *flags, image=f"{SERVER}:v1")

    eventually(lambda: "evicted by its node: Evicted" in terminal.group("get", "web").stdout)
    shown = terminal.group("get", "web").stdout
    assert 'Usage of EmptyDir volume "' in shown


@pytest.mark.parametrize(
    "flags",
    [
        pytest.param(
            ("--shutdown-delay=0", "--termination-grace=60", "--entrypoint=/server,-on-term=ignore"),
            id="its server ignores SIGTERM",
        ),
        pytest.param(("--shutdown-delay=60", "--termination-grace=90"), id="its preStop lasts"),
    ],
)
def test_a_pod_that_does_not_end_is_waited_for(terminal: Terminal, flags: tuple[str, ...]):
    terminal.create("web", *flags, image=f"{SERVER}:v1")

    done = terminal.group("delete", "web", "--timeout=3s")

    assert done.returncode == 1
    assert "waiting for 1 pods to end" in done.stderr
    assert "error: 1 pods of web still exist after 3 s" in done.stderr
