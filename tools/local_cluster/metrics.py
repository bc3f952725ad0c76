"""The servers of metrics behind the API server: their command lines, and the objects that lead to them."""

from __future__ import annotations

import base64
from pathlib import Path

from tools.autoscaling.place import CUSTOM_METRICS, METRICS_SERVER

from .api import Api, JsonObject
from .certificates import API_AUTHORITY
from .kubelet import USAGE_PATH
from .layout import Layout
from .objects import NODES_PATH, condition, nodes
from .ports import LOOPBACK, Ports
from .processes import Program

NAMESPACE = "kube-system"
#: metrics-server asks no kubelet more often.
RESOLUTION_SECONDS = 10
_PATH_ANNOTATION = "metrics.k8s.io/resource-metrics-path"
_API_SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices"
#: Which server has which version of which group.
_SERVED = {
    METRICS_SERVER: (("metrics.k8s.io", "v1beta1"),),
    CUSTOM_METRICS: (
        ("custom.metrics.k8s.io", "v1beta2"),
        ("custom.metrics.k8s.io", "v1beta1"),
        ("external.metrics.k8s.io", "v1beta1"),
    ),
}


def metrics_programs(layout: Layout, ports: Ports, folder: Path) -> tuple[Program, ...]:
    """Return both servers; `folder` is that of `make autoscaling`."""
    asking = layout.certificates / "kubelet-client.pem"
    resources = _program(
        layout,
        folder / METRICS_SERVER,
        ports.metrics_server,
        f"--kubeconfig={layout.kubeconfig}",
        f"--metric-resolution={RESOLUTION_SECONDS}s",
        "--kubelet-request-timeout=5s",
        "--kubelet-use-node-status-port",
        "--kubelet-preferred-address-types=InternalIP",
        f"--kubelet-certificate-authority={layout.certificates / f'{API_AUTHORITY}.crt'}",
        f"--kubelet-client-certificate={asking}",
        f"--kubelet-client-key={asking}",
    )
    others = _program(
        layout, folder / CUSTOM_METRICS, ports.custom_metrics, f"--lister-kubeconfig={layout.kubeconfig}"
    )
    return resources, others


def _program(layout: Layout, binary: Path, port: int, *flags: str) -> Program:
    serving = layout.certificates / "metrics.pem"
    return Program(
        binary.name,
        (
            str(binary),
            f"--bind-address={LOOPBACK}",
            f"--secure-port={port}",
            f"--tls-cert-file={serving}",
            f"--tls-private-key-file={serving}",
            f"--authentication-kubeconfig={layout.kubeconfig}",
            f"--authorization-kubeconfig={layout.kubeconfig}",
            *flags,
        ),
        inputs=(layout.kubeconfig, serving),
    )


def ensure_metrics(api: Api, ports: Ports, certificates: Path) -> None:
    """Apply what leads from the API server to the servers, and from metrics-server to what pods use."""
    for node in nodes():
        path = USAGE_PATH.format(node["metadata"]["name"])
        metadata = {"name": node["metadata"]["name"], "annotations": {_PATH_ANNOTATION: path}}
        annotated = {"apiVersion": "v1", "kind": "Node", "metadata": metadata}
        api.apply(f"{NODES_PATH}/{metadata['name']}", annotated, manager="local-cluster-metrics")
    authority = (certificates / f"{API_AUTHORITY}.crt").read_bytes()
    for name, port in ((METRICS_SERVER, ports.metrics_server), (CUSTOM_METRICS, ports.custom_metrics)):
        api.apply(f"/api/v1/namespaces/{NAMESPACE}/services/{name}", _service(name))
        for group, version in _SERVED[name]:
            path = f"{_API_SERVICES}/{version}.{group}"
            api.apply(path, _api_service(group, version, name, port, authority))


def metrics_available(api: Api) -> bool:
    """Return whether the API server reaches both servers."""
    served = [f"{version}.{group}" for groups in _SERVED.values() for group, version in groups]
    return all(condition(api.get(f"{_API_SERVICES}/{name}") or {}, "Available") for name in served)


def _service(name: str) -> JsonObject:
    """The API server looks this name up itself: no address of a Service leads anywhere here."""
    spec = {"type": "ExternalName", "externalName": "localhost"}
    metadata = {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def _api_service(group: str, version: str, server: str, port: int, authority: bytes) -> JsonObject:
    spec = {
        "group": group,
        "version": version,
        "service": {"name": server, "namespace": NAMESPACE, "port": port},
        "caBundle": base64.b64encode(authority).decode(),
        "groupPriorityMinimum": 100,
        # The newest first.
        "versionPriority": 100 + int(version[-1]),
    }
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": f"{version}.{group}"},
        "spec": spec,
    }
