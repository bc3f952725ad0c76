"""What keeps a pod from being ready between its node and its server, as a real kubelet says it."""

from __future__ import annotations

import json

import pytest

from tests.integration.terminal import Terminal
from tests.integration.waiting import Eventually
from tools.real_node.images import SERVER

RUNTIME = {
    "apiVersion": "node.k8s.io/v1",
    "kind": "RuntimeClass",
    "metadata": {"name": "nvidia"},
    "handler": "nvidia",
}


def reason(terminal: Terminal) -> str:
    return str(terminal.data("get", "web")["reason"])


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"runtimeClassName": "nvidia"}, "has no runtime 'nvidia' for its containers"),
        (
            {"readinessGates": [{"conditionType": "balancer.example.com/healthy"}]},
            "the readiness gate balancer.example.com/healthy was never set",
        ),
    ],
    ids=["a runtime that the node lacks", "a readiness gate that nobody opens"],
)
def test_a_pod_that_its_node_cannot_begin_or_count_says_why(
    terminal: Terminal, eventually: Eventually, spec: dict[str, object], said: str
) -> None:
    terminal.kubectl("apply", "-f", "-", stdin=json.dumps(RUNTIME))
    terminal.create("web", image=f"{SERVER}:v1")
    patch = json.dumps({"spec": {"template": {"spec": spec}}})

    terminal.kubectl("patch", "deployment", "web", "--type=strategic", "-p", patch)

    eventually(lambda: said in reason(terminal))
