"""The kinds of objects that are read, and where the API server has them."""

from __future__ import annotations

from collections.abc import Mapping

from lightkube.generic_resource import (
    GenericGlobalResource,
    GenericNamespacedResource,
    create_global_resource,
    create_namespaced_resource,
)

from scaling_group.manifests.route import GROUP

#: Group, version and plural of each kind.
NAMESPACED: Mapping[str, tuple[str, str, str]] = {
    "Deployment": ("apps", "v1", "deployments"),
    "ReplicaSet": ("apps", "v1", "replicasets"),
    "Pod": ("", "v1", "pods"),
    "Service": ("", "v1", "services"),
    "EndpointSlice": ("discovery.k8s.io", "v1", "endpointslices"),
    "PersistentVolumeClaim": ("", "v1", "persistentvolumeclaims"),
    "Event": ("", "v1", "events"),
    "HTTPRoute": (GROUP, "v1", "httproutes"),
    "Gateway": (GROUP, "v1", "gateways"),
    "LimitRange": ("", "v1", "limitranges"),
    "ResourceQuota": ("", "v1", "resourcequotas"),
}
KINDS: Mapping[str, type[GenericNamespacedResource]] = {
    kind: create_namespaced_resource(group, version, kind, plural)
    for kind, (group, version, plural) in NAMESPACED.items()
}
GLOBAL_KINDS: Mapping[str, type[GenericGlobalResource]] = {
    "Namespace": create_global_resource("", "v1", "Namespace", "namespaces"),
    "Node": create_global_resource("", "v1", "Node", "nodes"),
    "GatewayClass": create_global_resource(GROUP, "v1", "GatewayClass", "gatewayclasses"),
}


def path_of(kind: str, namespace: str) -> str:
    """Return the path of a kind's objects in a namespace: `/api/v1/namespaces/default/pods`."""
    group, version, plural = NAMESPACED[kind]
    root = f"/apis/{group}/{version}" if group else f"/api/{version}"
    return f"{root}/namespaces/{namespace}/{plural}"
