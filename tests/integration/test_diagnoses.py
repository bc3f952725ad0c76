"""Causes in what a real API server, controllers and gateway write, read by `diagnose` from a file."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.terminal import Terminal
from tools.local_cluster.objects import GATEWAY_PATH

pytestmark = pytest.mark.integration

Eventually = Callable[[Callable[[], bool]], None]
#: The snapshot's key of each list and single object that kubectl reads.
LISTS = {"replicasets": "replicaSets", "pods": "pods", "events": "events"}
SINGLES = {"deployment": "deployment", "httproute": "route", "service": "service"}


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
    """Return a snapshot as a person would put it together with kubectl."""
    found: dict[str, Any] = {}
    for kind, key in LISTS.items():
        found[key] = json.loads(terminal.kubectl("get", kind, "-o", "json"))["items"]
    for kind, key in SINGLES.items():
        text = terminal.kubectl("get", kind, "web", "--ignore-not-found", "-o", "json")
        found[key] = json.loads(text) if text.strip() else None
    return {**found, **more}


def told(terminal: Terminal, **more: Any) -> list[dict[str, Any]]:
    """Return the causes of the group."""
    file = terminal.folder / "seen.json"
    file.write_text(json.dumps(recorded(terminal, **more)))
    verdict = terminal.data("diagnose", "-f", str(file))
    causes: list[dict[str, Any]] = verdict["diagnoses"]
    return causes


@pytest.mark.parametrize(
    ("image", "category", "said"),
    [
        ("simulate/image-pull-backoff:1", "registry-unknown", "registry.invalid"),
        ("simulate/crash-loop:1", "crash-loop", "exit code 3"),
        ("simulate/oom:1", "out-of-memory", "its limit of 1Gi"),
    ],
)
def test_a_simulated_failure_is_told_for_what_it_is(
    terminal: Terminal, eventually: Eventually, image: str, category: str, said: str
) -> None:
    applied(terminal, image=image, replicas="2")

    def hopeless() -> bool:
        return any(cause["category"] == category and cause["terminal"] for cause in told(terminal))

    eventually(hopeless)
    [cause] = [cause for cause in told(terminal) if cause["category"] == category]
    assert said in cause["summary"]
    assert "of 2 replicas)" in cause["summary"]


def test_a_group_that_no_node_can_take_says_what_is_lacking(
    terminal: Terminal, eventually: Eventually
) -> None:
    applied(terminal, gpu="nvidia-h200:1")
    eventually(lambda: [cause["category"] for cause in told(terminal)] == ["gpu-type-absent"])

    nodes = json.loads(terminal.kubectl("get", "nodes", "-o", "json"))["items"]
    [cause] = told(terminal, nodes=nodes)
    assert "there are nvidia-" in cause["summary"]


def other_section(items: dict[str, Any]) -> None:
    items["HTTPRoute"]["spec"]["parentRefs"][0]["sectionName"] = "nowhere"


def other_host(items: dict[str, Any]) -> None:
    items["HTTPRoute"]["spec"]["hostnames"] = ["web.example.com"]


def no_service(items: dict[str, Any]) -> None:
    del items["Service"]


@pytest.mark.parametrize(
    ("change", "category", "said"),
    [
        (other_section, "listener-missing", "has no listener nowhere; it has https"),
        (other_host, "hostname-not-covered", "serves *.gw.localhost, not web.example.com"),
        (no_service, "backend-not-resolved", "cannot use the Service web, which does not exist"),
    ],
)
def test_a_route_that_the_gateway_refuses_says_why(
    terminal: Terminal, eventually: Eventually, change: Any, category: str, said: str
) -> None:
    applied(terminal, change)
    gateway = terminal.cluster.api.get(GATEWAY_PATH)

    eventually(lambda: [cause["category"] for cause in told(terminal, gateway=gateway)] == [category])
    assert said in told(terminal, gateway=gateway)[0]["summary"]


def lost_certificate(listener: dict[str, Any]) -> None:
    listener["tls"]["certificateRefs"][0]["name"] = "lost"


def own_routes_alone(listener: dict[str, Any]) -> None:
    listener["allowedRoutes"]["namespaces"] = {"from": "Same"}


@pytest.mark.parametrize(
    ("change", "category", "said"),
    [
        (lost_certificate, "certificate-unusable", "cannot use its certificate"),
        (own_routes_alone, "listener-refuses-namespace", "it admits its own alone"),
    ],
)
def test_a_gateway_that_does_not_serve_the_group_says_why(
    terminal: Terminal, eventually: Eventually, change: Any, category: str, said: str
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
        eventually(
            lambda: [cause["category"] for cause in told(terminal, gateway=api.get(path))] == [category]
        )
        assert said in told(terminal, gateway=api.get(path))[0]["summary"]
    finally:
        api.delete(path)


def test_a_gateway_that_is_not_there_is_named(terminal: Terminal) -> None:
    applied(terminal, lambda items: items["HTTPRoute"]["spec"]["parentRefs"][0].update(name="nowhere"))

    [cause] = [cause for cause in told(terminal, gateway=None) if cause["category"].startswith("gateway")]
    assert cause["summary"] == "the gateway gateway-system/nowhere does not exist"


def test_a_quota_and_a_missing_service_account_are_named(terminal: Terminal, eventually: Eventually) -> None:
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "small"},
        "spec": {"hard": {"requests.memory": "1Gi"}},
    }
    terminal.kubectl("apply", "-f", "-", stdin=json.dumps(quota))
    applied(terminal, memory="4Gi")
    eventually(lambda: [cause["category"] for cause in told(terminal)] == ["quota-exceeded"])
    assert told(terminal)[0]["terminal"]

    terminal.kubectl("delete", "resourcequota", "small")
    applied(terminal, memory="4Gi", **{"service-account": "robot"})
    eventually(lambda: "missing-service-account" in [cause["category"] for cause in told(terminal)])
