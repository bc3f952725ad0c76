"""GKE's policies keep to what its CustomResourceDefinitions take, and say what the group does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from scaling_group.manifests.gke import policies
from scaling_group.manifests.inputs import GroupInputs
from scaling_group.spec.group import group_spec
from tests.unit.manifests.test_objects import ENVIRONMENT

SCHEMAS: dict[str, Any] = json.loads(Path(__file__).with_name("gke_schemas.json").read_text())
GKE = ENVIRONMENT.model_copy(
    update={"gateway": ENVIRONMENT.required_gateway.model_copy(update={"gke_policies": True})}
)


def made(**fields: Any) -> dict[str, dict[str, Any]]:
    """Return the specs of a group's policies by kind, each of which its schema takes."""
    spec = group_spec({"image": "a/b:1", "name": "inference", "port": 8080, **fields})
    found = {each["kind"]: each for each in policies(GroupInputs("id", spec, GKE))}
    for kind, manifest in found.items():
        schema = {**SCHEMAS[kind], "definitions": SCHEMAS["definitions"]}
        Draft7Validator(schema).validate(manifest["spec"])
        assert manifest["apiVersion"] == "networking.gke.io/v1"
        assert manifest["spec"]["targetRef"] == {"group": "", "kind": "Service", "name": "inference"}
    return {kind: manifest["spec"]["default"] for kind, manifest in found.items()}


@pytest.mark.parametrize(
    ("readiness", "config", "times"),
    [
        ("tcp", {"type": "TCP", "tcpHealthCheck": {}}, (5, 1, 3)),
        ("none", {"type": "TCP", "tcpHealthCheck": {}}, (5, 1, 3)),
        ("grpc,period=20,timeout=4", {"type": "GRPC", "grpcHealthCheck": {}}, (20, 4, 3)),
        (
            "http:/ready,period=2,timeout=9,failures=30",
            {"type": "HTTP", "httpHealthCheck": {"requestPath": "/ready"}},
            (9, 9, 10),
        ),
        ("tcp,period=86400,timeout=86400", {"type": "TCP", "tcpHealthCheck": {}}, (300, 300, 3)),
    ],
)
def test_the_load_balancer_asks_what_the_readiness_probe_asks(
    readiness: str, config: dict[str, Any], times: tuple[int, int, int]
) -> None:
    check = made(readiness=readiness)["HealthCheckPolicy"]

    [(asked, more)] = [(key, value) for key, value in config.items() if key != "type"]
    serving = {**more, "portSpecification": "USE_SERVING_PORT"}
    assert check["config"] == {"type": config["type"], asked: serving}
    assert (check["checkIntervalSec"], check["timeoutSec"], check["unhealthyThreshold"]) == times
    assert check["healthyThreshold"] == 1


def test_a_timeout_is_in_a_policy_of_its_own() -> None:
    assert made().keys() == {"HealthCheckPolicy"}
    assert made(request_timeout="10m")["GCPBackendPolicy"] == {"timeoutSec": 600}
    assert made(request_timeout=0)["GCPBackendPolicy"] == {"timeoutSec": 2**31 - 1}
