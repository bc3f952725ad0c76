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
    port = {
        "name": PORT_NAME,
        "port": group.spec.port,
        "targetPort": group.spec.port,
        "protocol": "TCP",
        **({} if group.spec.protocol == "http" else {"appProtocol": H2C}),
    }
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(group, annotations),
        "spec": {"clusterIP": "None", "selector": selector(group), "ports": [port]},
    }
