"""Gateways as an API server returns them, to be changed by tests."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]


def condition_of(kind: str, status: str, generation: int = 1, **more: str) -> Object:
    return {"type": kind, "status": status, "observedGeneration": generation, **more}


def listener(**changes: Any) -> Object:
    """Return an HTTPS listener for every host below gw.example.com, open to all namespaces."""
    terminated = {"mode": "Terminate", "certificateRefs": [{"group": "", "kind": "Secret", "name": "cert"}]}
    base = {
        "name": "https",
        "hostname": "*.gw.example.com",
        "port": 443,
        "protocol": "HTTPS",
        "tls": terminated,
        "allowedRoutes": {"namespaces": {"from": "All"}},
    }
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


def gateway(*listeners: Object, conditions: list[Object] | None = None, **status: Any) -> Object:
    """Return gateway-system/gateway with these listeners, or one as above, in service."""
    good = [condition_of("Accepted", "True"), condition_of("Programmed", "True")]
    return {
        "kind": "Gateway",
        "metadata": {"name": "gateway", "namespace": "gateway-system", "generation": 1},
        "spec": {"gatewayClassName": "public", "listeners": list(listeners or (listener(),))},
        "status": {"conditions": good if conditions is None else conditions, **status},
    }


def gateway_class(status: str = "True", *, generation: int = 1, **more: str) -> Object:
    return {
        "kind": "GatewayClass",
        "metadata": {"name": "public", "generation": generation},
        "spec": {"controllerName": "example.com/gateway-controller"},
        "status": {"conditions": [condition_of("Accepted", status, **more)]},
    }


def namespace(name: str = "default", **labels: str) -> Object:
    named = {"kubernetes.io/metadata.name": name}
    return {"kind": "Namespace", "metadata": {"name": name, "uid": "uid", "labels": {**named, **labels}}}
