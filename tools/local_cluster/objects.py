"""What the cluster contains from the start: nodes, Gateway API, a gateway."""

from __future__ import annotations

import base64
import http
from pathlib import Path

import yaml

from .api import Api, ApiError, JsonObject
from .certificates import Identity
from .errors import ClusterError
from .ports import LOOPBACK
from .programs import FAKE_NODE
from .settings import DOMAIN, GATEWAY, GATEWAY_NAMESPACE, GATEWAY_SECTION

CPU_NODES = ("cpu-0", "cpu-1")
GPU_TYPES = ("nvidia-tesla-t4", "nvidia-l4", "nvidia-tesla-a100", "nvidia-tesla-v100")
GPUS_PER_NODE = 8
PODS_PER_NODE = 1000
ACCELERATOR_LABEL = "cloud.google.com/gke-accelerator"
GPU_RESOURCE = "nvidia.com/gpu"
GATEWAY_CLASS = "traefik"
CONTROLLER = "traefik.io/gateway-controller"
CERTIFICATE_SECRET = "gateway-certificate"  # noqa: S105 - the name of an object
BUNDLE_VERSION = "gateway.networking.k8s.io/bundle-version"

NODES_PATH = "/api/v1/nodes"
DEFAULT_ACCOUNT_PATH = "/api/v1/namespaces/{}/serviceaccounts/default"
_GATEWAY_API = "/apis/gateway.networking.k8s.io/v1"
GATEWAY_PATH = f"{_GATEWAY_API}/namespaces/{GATEWAY_NAMESPACE}/gateways/{GATEWAY}"
_CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_ADMISSION = "/apis/admissionregistration.k8s.io/v1"
#: The collections of the kinds that a Gateway API release consists of.
_COLLECTIONS = {
    "CustomResourceDefinition": _CRDS,
    "ValidatingAdmissionPolicy": f"{_ADMISSION}/validatingadmissionpolicies",
    "ValidatingAdmissionPolicyBinding": f"{_ADMISSION}/validatingadmissionpolicybindings",
}


def ensure_nodes(api: Api, port: int) -> None:
    """Create the simulated nodes that are missing; the API server asks all of them at this port."""
    endpoint = {"kubeletEndpoint": {"Port": port}}
    for node in nodes():
        name = node["metadata"]["name"]
        addresses = [{"type": "InternalIP", "address": LOOPBACK}, {"type": "Hostname", "address": name}]
        try:
            api.create(NODES_PATH, node)
        except ApiError as error:
            if error.status != http.HTTPStatus.CONFLICT:
                raise
        status = {"addresses": addresses, "daemonEndpoints": endpoint}
        api.apply(f"{NODES_PATH}/{name}/status", {**_object("v1", "Node", name), "status": status})


def forget_logs(api: Api) -> None:
    """Delete the kind whose objects told kwok, in an earlier version, which file is a pod's log."""
    api.delete(f"{_CRDS}/logs.kwok.x-k8s.io")


def nodes() -> list[JsonObject]:
    """Return the simulated nodes: two for plain pods and one for each GPU type."""
    plain = [_node(name, cpu="64", memory="256Gi") for name in CPU_NODES]
    return plain + [_gpu_node(gpu_type) for gpu_type in GPU_TYPES]


def nodes_ready(api: Api) -> bool:
    """Return whether every simulated node is Ready and accepts pods."""
    found = (api.get(NODES_PATH) or {}).get("items", [])
    ready = {node["metadata"]["name"] for node in found if node_ready(node)}
    return ready >= {node["metadata"]["name"] for node in nodes()}


def ensure_gateway_api(api: Api, release: Path) -> None:
    """Apply a Gateway API release: everything of it that is missing or of another version."""
    with release.open() as file:
        manifests = list(yaml.load_all(file, yaml.CSafeLoader))
    for manifest in manifests:
        collection = _COLLECTIONS.get(manifest["kind"])
        if collection is None:
            raise ClusterError(f"{release} has an unexpected {manifest['kind']}")
        path = f"{collection}/{manifest['metadata']['name']}"
        if _version(api.get(path)) != _version(manifest):
            api.apply(path, manifest)


def apply_kinds(api: Api, file: Path) -> None:
    """Apply every CustomResourceDefinition of a file."""
    with file.open() as opened:
        for manifest in yaml.load_all(opened, yaml.CSafeLoader):
            api.apply(f"{_CRDS}/{manifest['metadata']['name']}", manifest)


def established(api: Api) -> bool:
    """Return whether the API server serves every kind that has been added to it."""
    found = (api.get(_CRDS) or {}).get("items", [])
    return all(condition(crd, "Established") for crd in found)


def ensure_gateway(api: Api, port: int, certificate: Identity) -> None:
    """Apply the gateway: namespace, TLS Secret, GatewayClass, Gateway with one listener."""
    namespace = f"/api/v1/namespaces/{GATEWAY_NAMESPACE}"
    api.apply(namespace, _object("v1", "Namespace", GATEWAY_NAMESPACE))
    api.apply(f"{namespace}/secrets/{CERTIFICATE_SECRET}", _certificate_secret(certificate))
    api.apply(f"{_GATEWAY_API}/gatewayclasses/{GATEWAY_CLASS}", _gateway_class())
    api.apply(GATEWAY_PATH, _gateway(port))


def gateway_programmed(api: Api) -> bool:
    """Return whether the gateway serves the Gateway as it is now."""
    gateway = api.get(GATEWAY_PATH) or {}
    return condition(gateway, "Accepted") and condition(gateway, "Programmed")


def _object(api_version: str, kind: str, name: str, namespace: str = "") -> JsonObject:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def _gpu_node(gpu_type: str) -> JsonObject:
    name = f"gpu-{gpu_type.rpartition('-')[2]}"
    node = _node(name, cpu="96", memory="768Gi", extra={GPU_RESOURCE: str(GPUS_PER_NODE)})
    node["metadata"]["labels"][ACCELERATOR_LABEL] = gpu_type
    node["spec"] = {"taints": [{"key": GPU_RESOURCE, "value": "present", "effect": "NoSchedule"}]}
    return node


def _node(name: str, cpu: str, memory: str, extra: dict[str, str] | None = None) -> JsonObject:
    resources = {"cpu": cpu, "memory": memory, "pods": str(PODS_PER_NODE), **(extra or {})}
    node = _object("v1", "Node", name)
    node["metadata"]["annotations"] = dict([FAKE_NODE])
    node["metadata"]["labels"] = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
    }
    node["status"] = {"capacity": resources, "allocatable": resources}
    return node


def node_ready(node: JsonObject) -> bool:
    """Return whether a node is Ready and free of the taints of one that is not."""
    taints = node.get("spec", {}).get("taints", [])
    waiting = any(taint["key"].startswith("node.kubernetes.io/") for taint in taints)
    return condition(node, "Ready") and not waiting


def _certificate_secret(certificate: Identity) -> JsonObject:
    secret = _object("v1", "Secret", CERTIFICATE_SECRET, GATEWAY_NAMESPACE)
    pair = {"tls.crt": certificate.certificate_pem(), "tls.key": certificate.key_pem()}
    data = {name: base64.b64encode(value).decode() for name, value in pair.items()}
    return {**secret, "type": "kubernetes.io/tls", "data": data}


def _gateway_class() -> JsonObject:
    gateway_class = _object("gateway.networking.k8s.io/v1", "GatewayClass", GATEWAY_CLASS)
    return {**gateway_class, "spec": {"controllerName": CONTROLLER}}


def _gateway(port: int) -> JsonObject:
    listener = {
        "name": GATEWAY_SECTION,
        "hostname": f"*.{DOMAIN}",
        "port": port,
        "protocol": "HTTPS",
        "tls": {
            "mode": "Terminate",
            "certificateRefs": [{"group": "", "kind": "Secret", "name": CERTIFICATE_SECRET}],
        },
        "allowedRoutes": {"namespaces": {"from": "All"}},
    }
    gateway = _object("gateway.networking.k8s.io/v1", "Gateway", GATEWAY, GATEWAY_NAMESPACE)
    return {**gateway, "spec": {"gatewayClassName": GATEWAY_CLASS, "listeners": [listener]}}


def condition(found: JsonObject, kind: str) -> bool:
    """Return whether a condition is True for the object as it is now."""
    generation = found.get("metadata", {}).get("generation", 0)
    return any(
        condition["type"] == kind
        and condition["status"] == "True"
        and condition.get("observedGeneration", generation) >= generation
        for condition in found.get("status", {}).get("conditions") or []
    )


def _version(manifest: JsonObject | None) -> str | None:
    metadata = (manifest or {}).get("metadata", {})
    version: str | None = metadata.get("annotations", {}).get(BUNDLE_VERSION)
    return version
