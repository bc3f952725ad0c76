"""What keeps a pod from being ready between its node and its server, as a real kubelet says it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from tests.integration.terminal import Terminal
from tests.real.telling import interrupted, tell
from tools.real_node.images import SERVER

RUNTIME = {
    "apiVersion": "node.k8s.io/v1",
    "kind": "RuntimeClass",
    "metadata": {"name": "nvidia"},
    "handler": "nvidia",
}


NOBODY = {
    "name": "pods.hooks.example.com",
    # Nothing listens there.
    "clientConfig": {"url": "https://127.0.0.1:1/pods"},
    "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}],
    "admissionReviewVersions": ["v1"],
    "sideEffects": "None",
    "failurePolicy": "Fail",
}
GATES = [{"conditionType": "balancer.example.com/healthy"}]


@dataclass(frozen=True)
class Kept:
    """What the pod's spec has, what the cluster shows then, and what is said of it."""

    spec: Mapping[str, object]
    visible: str
    said: str


KEPT = {
    "a runtime that the node lacks": Kept(
        {"runtimeClassName": "nvidia"},
        "no runtime for",
        "node1 has no runtime 'nvidia' for its containers",
    ),
    "a readiness gate that nobody opens": Kept(
        {"readinessGates": GATES},
        "ReadinessGatesNotReady",
        "the readiness gate balancer.example.com/healthy was never set",
    ),
    "a webhook that does not answer": Kept(
        {"hostname": "web"},
        "failed calling webhook",
        "the admission webhook pods.hooks.example.com does not answer",
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_a_pod_is_kept_from_being_ready_by(name: str, terminal: Terminal) -> None:
    kept = KEPT[name]
    terminal.kubectl("apply", "-f", "-", stdin=json.dumps(RUNTIME))
    terminal.create("web", image=f"{SERVER}:v1")
    patch = json.dumps({"spec": {"template": {"spec": kept.spec}}})

    with silent_webhook(terminal) if "webhook" in name else contextlib.nullcontext():
        terminal.kubectl("patch", "deployment", "web", "--type=strategic", "-p", patch)
        told = tell(terminal, kept.visible, "wait", "web", said=kept.said, then=interrupted)

    assert kept.said in told.text
    print(f"{name}: told {told.after(kept.said)}")


@contextlib.contextmanager
def silent_webhook(terminal: Terminal) -> Iterator[None]:
    """Have the API server ask of the terminal's pods where nobody answers."""
    of_namespace = {"matchLabels": {"kubernetes.io/metadata.name": terminal.namespace}}
    configuration = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": terminal.namespace},
        "webhooks": [{**NOBODY, "namespaceSelector": of_namespace}],
    }
    terminal.kubectl("apply", "-f", "-", stdin=json.dumps(configuration))
    try:
        yield
    finally:
        terminal.kubectl("delete", "validatingwebhookconfiguration", terminal.namespace)
