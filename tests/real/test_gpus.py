"""Groups with GPUs, which the node is said to have."""

from __future__ import annotations

from collections.abc import Callable

from tests.integration.terminal import Terminal
from tests.integration.waiting import Eventually
from tests.real.load import Load
from tools.local_cluster.objects import GPU_RESOURCE, NODES_PATH
from tools.real_node.images import SERVER
from tools.real_node.programs import NODE


def test_an_update_without_a_spare_gpu_ends_the_old_pod_first_and_says_so(
    terminal: Terminal, load: Callable[[str], Load], eventually: Eventually
):
    give_gpus(terminal, 1, eventually)
    terminal.create("model", "--gpu=1", "--memory=256Mi", image=f"{SERVER}:v1")
    requests = load("model")

    done = terminal.group("update", "model", f"--image={SERVER}:v2")

    assert done.returncode == 0, done.stderr
    assert "warning: model does not serve until its new pod is ready" in done.stderr
    assert "no node has 1 GPU free until a terminating pod is gone" in done.stderr
    traffic = requests.stop()
    # Nobody serves between the end of the old pod and the start of the new one.
    assert traffic.failures
    assert traffic.revisions.keys() == {"v1", "v2"}
    print(f"no answer for {traffic.gap:.1f} s")


def give_gpus(terminal: Terminal, count: int, eventually: Eventually) -> None:
    """Say that the node has GPUs, as a device plugin would; the kubelet keeps what it does not know."""
    api = terminal.cluster.api
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE}}
    api.apply(f"{NODES_PATH}/{NODE}/status", {**node, "status": {"capacity": {GPU_RESOURCE: str(count)}}})

    def allocatable() -> bool:
        found = api.get(f"{NODES_PATH}/{NODE}") or {}
        return bool(found["status"]["allocatable"].get(GPU_RESOURCE) == str(count))

    eventually(allocatable)
