"""The kinds of objects that are read, and where the API server has them."""

from __future__ import annotations

from collections.abc import Mapping

from scaling_group.manifests.route import GROUP

AUTHORIZATION = "authorization.k8s.io"
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
GLOBAL: Mapping[str, tuple[str, str, str]] = {
    "Namespace": ("", "v1", "namespaces"),
    "Node": ("", "v1", "nodes"),
    "GatewayClass": (GROUP, "v1", "gatewayclasses"),
    "CustomResourceDefinition": ("apiextensions.k8s.io", "v1", "customresourcedefinitions"),
    "SelfSubjectAccessReview": (AUTHORIZATION, "v1", "selfsubjectaccessreviews"),
    "SelfSubjectRulesReview": (AUTHORIZATION, "v1", "selfsubjectrulesreviews"),
}
#: In place of a namespace: all of them.
EVERYWHERE = "*"


def path_of(kind: str, namespace: str) -> str:
    """Return the path of a kind's objects in a namespace: `/api/v1/namespaces/default/pods`.

    namespace: or EVERYWHERE; that of a global kind is ignored.
    """
    group, version, plural = GLOBAL.get(kind) or NAMESPACED[kind]
    root = f"/apis/{group}/{version}" if group else f"/api/{version}"
    if kind in GLOBAL or namespace == EVERYWHERE:
        return f"{root}/{plural}"
    return f"{root}/namespaces/{namespace}/{plural}"
