"""The HTTPRoute: the group's hostname on the HTTPS listener of its environment.

Only Core fields of https://gateway-api.sigs.k8s.io/reference/spec/ are used, and those that a
server would fill in are written out, so that a refresh finds no difference.
"""

from __future__ import annotations

from scaling_group.manifests.gateway_api import GROUP
from scaling_group.manifests.inputs import GroupInputs, Manifest
from scaling_group.manifests.metadata import metadata
from scaling_group.naming import hostname


def route(group: GroupInputs) -> Manifest:
    """Return the HTTPRoute that sends everything for the hostname to the group's Service."""
    gateway = group.environment.required_gateway
    parent = {
        "group": GROUP,
        "kind": "Gateway",
        "name": gateway.name,
        "namespace": gateway.namespace,
        "sectionName": gateway.section,
    }
    backend = {"group": "", "kind": "Service", "name": group.spec.name, "port": group.spec.port, "weight": 1}
    everything = {"path": {"type": "PathPrefix", "value": "/"}}
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "HTTPRoute",
        "metadata": metadata(group),
        "spec": {
            "parentRefs": [parent],
            "hostnames": [hostname(group.environment.id, group.spec.name, gateway.domain)],
            "rules": [{"matches": [everything], "backendRefs": [backend]}],
        },
    }
