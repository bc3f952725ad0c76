"""The headless Service: a DNS name for the ready pods, and what the route points at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaling_group.manifests.deployment import PORT_NAME
from scaling_group.manifests.inputs import GroupInputs, Manifest
from scaling_group.manifests.metadata import metadata, selector

#: What Kubernetes calls HTTP/2 without TLS, and gRPC with it.
#: https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol
H2C = "kubernetes.io/h2c"


def service(group: GroupInputs, annotations: Mapping[str, Any] | None = None) -> Manifest:
    """Return the Service. Its port is the target port: clients dial the pods' addresses directly."""
    spec = {"clusterIP": "None", "selector": selector(group), "ports": [_port(group)]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata(group, annotations), "spec": spec}


def cluster_ip_service(group: GroupInputs, annotations: Mapping[str, Any] | None = None) -> Manifest:
    """Return the Service with an address of its own, for a Gateway that does not route to a headless one.

    A Service cannot change from one kind to the other in place: the headless one stays beside it, and no
    request is lost when a group begins or ceases to have it.
    """
    spec = {"type": "ClusterIP", "selector": selector(group), "ports": [_port(group)]}
    named = metadata(group, annotations, name=group.spec.backend_name)
    return {"apiVersion": "v1", "kind": "Service", "metadata": named, "spec": spec}


def _port(group: GroupInputs) -> Manifest:
    return {
        "name": PORT_NAME,
        "port": group.spec.port,
        "targetPort": group.spec.port,
        "protocol": "TCP",
        **({} if group.spec.protocol == "http" else {"appProtocol": H2C}),
    }
