"""The kinds of objects that are read, and where the API server has them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from scaling_group.errors import Unreadable
from scaling_group.manifests.gateway_api import GKE_GROUP, GROUP
from scaling_group.reads import EVERYWHERE

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
    "GRPCRoute": (GROUP, "v1", "grpcroutes"),
    "Gateway": (GROUP, "v1", "gateways"),
    "LimitRange": ("", "v1", "limitranges"),
    "ResourceQuota": ("", "v1", "resourcequotas"),
    "HorizontalPodAutoscaler": ("autoscaling", "v2", "horizontalpodautoscalers"),
    "PodDisruptionBudget": ("policy", "v1", "poddisruptionbudgets"),
    "ResourceClaim": ("resource.k8s.io", "v1", "resourceclaims"),
    "HealthCheckPolicy": (GKE_GROUP, "v1", "healthcheckpolicies"),
    "GCPBackendPolicy": (GKE_GROUP, "v1", "gcpbackendpolicies"),
    "ScaledObject": ("keda.sh", "v1alpha1", "scaledobjects"),
}
GLOBAL: Mapping[str, tuple[str, str, str]] = {
    "Namespace": ("", "v1", "namespaces"),
    "Node": ("", "v1", "nodes"),
    "GatewayClass": (GROUP, "v1", "gatewayclasses"),
    "DeviceClass": ("resource.k8s.io", "v1", "deviceclasses"),
    "ResourceSlice": ("resource.k8s.io", "v1", "resourceslices"),
    "CustomResourceDefinition": ("apiextensions.k8s.io", "v1", "customresourcedefinitions"),
    "SelfSubjectAccessReview": (AUTHORIZATION, "v1", "selfsubjectaccessreviews"),
    "SelfSubjectRulesReview": (AUTHORIZATION, "v1", "selfsubjectrulesreviews"),
}


def path_of(kind: str, namespace: str, *names: str) -> str:
    """Return the path of a kind's objects in a namespace: `/api/v1/namespaces/default/pods`.

    namespace: or EVERYWHERE; that of a global kind is ignored. names: of one object, and of a part of
    it (`log`). Raises Unreadable for names that no object can have.
    """
    group, version, plural = GLOBAL.get(kind) or NAMESPACED[kind]
    root = f"/apis/{group}/{version}" if group else f"/api/{version}"
    everywhere = kind in GLOBAL or namespace == EVERYWHERE
    parts = (plural, *names) if everywhere else ("namespaces", namespace, plural, *names)
    return "/".join([root, *map(_segment, parts)])


def _segment(name: str) -> str:
    """Return a name as one part of a path, whatever it is made of."""
    if name in ("", ".", ".."):
        # Servers and proxies would make another path of it before they look.
        raise Unreadable(f"no object has the name {name!r}")
    return quote(name, safe="")
