"""What the GatewayClass says that it supports decides on routes and timeouts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.terminal import Terminal

pytestmark = pytest.mark.integration

#: As the classes of other controllers have them; without GRPCRoute.
FEATURES = ("Gateway", "HTTPRoute", "HTTPRouteRequestTimeout", "HTTPRouteBackendTimeout")


def routes(terminal: Terminal) -> list[str]:
    return terminal.kubectl("get", "httproutes,grpcroutes", "--output=name").split()


def test_a_grpc_group_lives_with_a_grpcroute_where_the_class_has_them(terminal: Terminal) -> None:
    """Traefik's class lists GRPCRoute, and no timeouts."""
    grpc = ["grpcroute.gateway.networking.k8s.io/web"]
    assert terminal.create("web", "--protocol=grpc")["status"] == "Available"
    assert routes(terminal) == grpc
    [port] = terminal.objects("web")["service"]["spec"]["ports"]
    assert port["appProtocol"] == "kubernetes.io/h2c"
    assert "GRPCRoute web: " in terminal.group("get", "web").stdout
    assert [each["status"] for each in terminal.data("list")] == ["Available"]
    found = {each["id"]: each for each in json.loads(terminal.group("doctor", "-o", "json").stdout)}
    assert found["drift"]["summary"] == "every group is as recorded (1)"

    refused = terminal.group("update", "web", "--protocol=http", "--request-timeout=10m")
    assert "does not keep the timeouts of an HTTPRoute" in refused.stderr
    assert "respondingTimeouts of its entry point" in refused.stderr

    planned = terminal.data("update", "web", "--protocol=http", "--dry-run")
    assert planned["swaps_route"] is True
    steps = {each["kind"]: each["action"] for each in planned["objects"]}
    assert (steps["GRPCRoute"], steps["HTTPRoute"]) == ("delete", "create")
    assert terminal.data("update", "web", "--protocol=http")["status"] == "Available"
    assert routes(terminal) == ["httproute.gateway.networking.k8s.io/web"]
    assert terminal.data("rollback", "web")["status"] == "Available"
    assert routes(terminal) == grpc

    terminal.kubectl("delete", "grpcroute", "web")
    assert terminal.data("update", "web")["status"] == "Available"
    assert routes(terminal) == grpc
    assert terminal.group("delete", "web").returncode == 0
    assert routes(terminal) == []


def test_a_class_with_other_features_keeps_timeouts_and_gets_httproutes(terminal: Terminal) -> None:
    other = behind(terminal, *FEATURES)

    said = other.group("create", "--name=web", "--image=a/b:1", "--port=8080", "--protocol=grpc", "--dry-run")
    assert "web gets an HTTPRoute, which serves gRPC as HTTP/2" in said.stderr, said
    assert "HTTPRoute " in said.stdout
    assert "GRPCRoute" not in said.stdout
    redirecting = other.with_variables(SCALING_GROUP_GATEWAY_HTTP_SECTION="web")
    flags = ("--request-timeout=0", "--protocol=h2c", "--dry-run")
    planned = redirecting.data("create", "--name=web", "--image=a/b:1", "--port=8080", *flags)
    made = [(each["kind"], each["name"]) for each in planned["objects"]]
    assert made[2:] == [("HTTPRoute", "web"), ("HTTPRoute", "web-redirect")]


def behind(terminal: Terminal, *features: str) -> Terminal:
    """Return the terminal with the settings of a Gateway whose class says these features."""
    name = f"class-{terminal.namespace}"
    api = {"apiVersion": "gateway.networking.k8s.io/v1"}
    of_class = {**api, "kind": "GatewayClass", "metadata": {"name": name}}
    said = {"conditions": [], "supportedFeatures": [{"name": each} for each in sorted(features)]}
    applied(terminal, {**of_class, "spec": {"controllerName": "example.com/other"}})
    patch = json.dumps({"status": said})
    terminal.kubectl("patch", "gatewayclass", name, "--subresource=status", "--type=merge", f"-p={patch}")
    tls = {"mode": "Terminate", "certificateRefs": [{"name": "none"}]}
    admitted = {"allowedRoutes": {"namespaces": {"from": "All"}}}
    https = {"name": "https", "protocol": "HTTPS", "port": 443, "tls": tls, **admitted}
    http = {"name": "web", "protocol": "HTTP", "port": 80, **admitted}
    spec = {"gatewayClassName": name, "listeners": [https, http]}
    applied(terminal, {**api, "kind": "Gateway", "metadata": {"name": "other"}, "spec": spec})
    variables = {"NAME": "other", "NAMESPACE": terminal.namespace, "SECTION_NAME": "https"}
    return terminal.with_variables(
        **{f"SCALING_GROUP_GATEWAY_{key}": each for key, each in variables.items()}
    )


def applied(terminal: Terminal, manifest: dict[str, Any]) -> None:
    terminal.kubectl("apply", "--filename=-", stdin=json.dumps(manifest))
