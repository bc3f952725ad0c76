"""Causes in what a real API server, controllers and gateway write, read by `diagnose` from a file."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from scaling_group.operations.diagnose import diagnose_recorded
from scaling_group.records import Diagnosis
from tests.integration.terminal import Terminal
from tests.integration.waiting import wait_for, wait_until
from tools.local_cluster.objects import GATEWAY_PATH

pytestmark = pytest.mark.integration

#: Where the API server keeps what a snapshot has under these keys, in a namespace.
LISTS = {
    "replicaSets": "/apis/apps/v1/namespaces/{}/replicasets",
    "pods": "/api/v1/namespaces/{}/pods",
    "events": "/api/v1/namespaces/{}/events",
}
SINGLES = {
    "deployment": "/apis/apps/v1/namespaces/{}/deployments/web",
    "route": "/apis/gateway.networking.k8s.io/v1/namespaces/{}/httproutes/web",
    "service": "/api/v1/namespaces/{}/services/web",
}


def applied(
    terminal: Terminal, change: Callable[[dict[str, Any]], None] = lambda found: None, **flags: str
) -> None:
    """Make the objects of the group web without the engine; change gets them by kind."""
    given = [f"--{name}={value}" for name, value in {"image": "a/b:1", **flags}.items()]
    done = terminal.group("render", "--name=web", "--port=8080", "-o", "json", *given)
    items = {item["kind"]: item for item in json.loads(done.stdout)["items"]}
    change(items)
    listed = {"apiVersion": "v1", "kind": "List", "items": list(items.values())}
    terminal.kubectl("apply", "-f", "-", stdin=json.dumps(listed))


def recorded(terminal: Terminal, **more: Any) -> dict[str, Any]:
    """Return a snapshot of the group web as it is now."""
    api, namespace = terminal.cluster.api, terminal.namespace
    found: dict[str, Any] = {key: api.get(path.format(namespace)) for key, path in SINGLES.items()}
    found |= {key: (api.get(path.format(namespace)) or {})["items"] for key, path in LISTS.items()}
    return {**found, "taken": datetime.now(UTC).isoformat(), **more}


def told(terminal: Terminal, **more: Any) -> list[Diagnosis]:
    """Return what is wrong with the group at this moment."""
    return list(diagnose_recorded(recorded(terminal, **more)).diagnoses)


def alone(category: str) -> Callable[[list[Diagnosis]], bool]:
    """Return whether a group has this cause and no other."""
    return lambda causes: [cause.category for cause in causes] == [category]


def awaited(category: str, terminal: Terminal, **more: Any) -> list[Diagnosis]:
    """Return what is wrong with the group once this is among it."""
    return wait_for(lambda: told(terminal, **more), lambda causes: category in {c.category for c in causes})


@pytest.mark.parametrize(
    ("image", "category", "said"),
    [
        ("simulate/image-pull-backoff:1", "registry-unknown", "registry.invalid"),
        ("simulate/crash-loop:1", "crash-loop", "exits with code 3"),
        ("simulate/oom:1", "out-of-memory", "its limit of 1Gi"),
    ],
)
def test_a_simulated_failure_is_told_for_what_it_is(
    terminal: Terminal, image: str, category: str, said: str
) -> None:
    applied(terminal, image=image, replicas="2")

    def is_hopeless(seen: dict[str, Any]) -> bool:
        return any(c.category == category and c.terminal for c in diagnose_recorded(seen).diagnoses)

    file = terminal.folder / "seen.json"
    file.write_text(json.dumps(wait_for(lambda: recorded(terminal), is_hopeless)))
    verdict = terminal.data("diagnose", "-f", str(file))
    [cause] = [cause for cause in verdict["diagnoses"] if cause["category"] == category]
    assert said in cause["summary"]
    assert "of 2 replicas)" in cause["summary"]


def test_a_group_that_no_node_can_take_says_what_is_lacking(terminal: Terminal) -> None:
    applied(terminal, gpu="nvidia-h200:1")
    wait_for(lambda: told(terminal), alone("gpu-type-absent"))

    nodes = (terminal.cluster.api.get("/api/v1/nodes") or {})["items"]
    [cause] = wait_for(lambda: told(terminal, nodes=nodes), alone("gpu-type-absent"))
    assert "there are nvidia-" in cause.summary


def other_section(items: dict[str, Any]) -> None:
    items["HTTPRoute"]["spec"]["parentRefs"][0]["sectionName"] = "nowhere"


def other_host(items: dict[str, Any]) -> None:
    items["HTTPRoute"]["spec"]["hostnames"] = ["web.example.com"]


def no_service(items: dict[str, Any]) -> None:
    del items["Service"]


@pytest.mark.parametrize(
    ("change", "category", "said"),
    [
        (other_section, "listener-missing", "has no listener 'nowhere'"),
        (other_host, "hostname-not-covered", "does not cover the host web.example.com"),
        (no_service, "backend-not-resolved", "cannot use the Service web, which does not exist"),
    ],
)
def test_a_route_that_the_gateway_refuses_says_why(
    terminal: Terminal, change: Any, category: str, said: str
) -> None:
    applied(terminal, change)
    gateway = terminal.cluster.api.get(GATEWAY_PATH)

    [cause] = wait_for(lambda: told(terminal, gateway=gateway), alone(category))
    assert said in cause.summary


def lost_certificate(listener: dict[str, Any]) -> None:
    listener["tls"]["certificateRefs"][0]["name"] = "lost"


def own_routes_alone(listener: dict[str, Any]) -> None:
    listener["allowedRoutes"]["namespaces"] = {"from": "Same"}


@pytest.mark.parametrize(
    ("change", "category", "said"),
    [
        (lost_certificate, "certificate-unusable", "cannot use its certificate"),
        (own_routes_alone, "listener-refuses-namespace", "admits no routes from namespace"),
    ],
)
def test_a_gateway_that_does_not_serve_the_group_says_why(
    terminal: Terminal, change: Any, category: str, said: str
) -> None:
    """The gateway is one of its own beside the one that all share."""
    api, name = terminal.cluster.api, terminal.namespace
    path = GATEWAY_PATH.rpartition("/")[0] + f"/{name}"
    gateway = copy.deepcopy(api.get(GATEWAY_PATH))
    assert gateway is not None
    gateway.pop("status")
    gateway["metadata"] = {"name": name, "namespace": gateway["metadata"]["namespace"]}
    gateway["spec"]["listeners"][0]["hostname"] = f"*.{name}.localhost"
    change(gateway["spec"]["listeners"][0])
    api.apply(path, gateway)

    def attach(items: dict[str, Any]) -> None:
        items["HTTPRoute"]["spec"]["parentRefs"][0]["name"] = name
        items["HTTPRoute"]["spec"]["hostnames"] = [f"web.{name}.localhost"]

    try:
        applied(terminal, attach)
        [cause] = wait_for(lambda: told(terminal, gateway=api.get(path)), alone(category))
        assert said in cause.summary
    finally:
        api.delete(path)


def test_a_gateway_that_is_not_there_is_named(terminal: Terminal) -> None:
    applied(terminal, lambda items: items["HTTPRoute"]["spec"]["parentRefs"][0].update(name="nowhere"))

    told_of = awaited("gateway-missing", terminal, gateway=None)
    [cause] = [cause for cause in told_of if cause.category == "gateway-missing"]
    assert cause.summary == "there is no Gateway gateway-system/nowhere"


def test_a_quota_and_a_missing_service_account_are_named(terminal: Terminal) -> None:
    terminal.quota("small", "requests.memory=1Gi")
    applied(terminal, memory="4Gi")
    [cause] = wait_for(lambda: told(terminal), alone("quota-exceeded"))
    assert cause.terminal

    terminal.kubectl("delete", "resourcequota", "small")
    applied(terminal, memory="4Gi", **{"service-account": "robot"})
    awaited("missing-service-account", terminal)


def test_a_webhook_that_does_not_answer_is_named(terminal: Terminal) -> None:
    named = {"kubernetes.io/metadata.name": terminal.namespace}
    hook = {
        "name": "pods.hooks.example.com",
        # Nothing listens there.
        "clientConfig": {"url": "https://127.0.0.1:1/pods"},
        "rules": [
            {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
        ],
        "namespaceSelector": {"matchLabels": named},
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "failurePolicy": "Fail",
    }
    configuration = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": terminal.namespace},
        "webhooks": [hook],
    }
    terminal.kubectl("apply", "-f", "-", stdin=json.dumps(configuration))
    try:
        # The API server asks it a moment after it said yes, and a pod that is there already asks nobody.
        trying = f"kubectl --namespace {terminal.namespace} run tried --image=a/b:1 --dry-run=server"
        wait_until(lambda: terminal.shell(trying).returncode != 0)
        applied(terminal)
        cause = awaited("webhook-unreachable", terminal)[0]
        assert "the admission webhook pods.hooks.example.com does not answer: " in cause.summary
        assert "connection refused" in cause.summary
        assert not cause.terminal
    finally:
        terminal.kubectl("delete", "validatingwebhookconfiguration", terminal.namespace)


def held(items: dict[str, Any]) -> None:
    spec = items["Deployment"]["spec"]["template"]["spec"]
    spec["schedulingGates"] = [{"name": "queue.example.com/admission"}]


def test_a_pod_that_a_scheduling_gate_holds_back_says_which(terminal: Terminal) -> None:
    applied(terminal, held)

    [cause] = wait_for(lambda: told(terminal), alone("scheduling-gated"))
    assert "queue.example.com/admission" in cause.summary
