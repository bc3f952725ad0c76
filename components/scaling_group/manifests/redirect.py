"""The HTTPRoute that redirects from the Gateway's listener for plain HTTP to HTTPS.

https://gateway-api.sigs.k8s.io/guides/http-redirect-rewrite/
"""

from __future__ import annotations

from scaling_group.manifests.gateway_api import GROUP
from scaling_group.manifests.inputs import GroupInputs, Manifest
from scaling_group.manifests.metadata import metadata
from scaling_group.spec.environment import GatewaySpec
from scaling_group.spec.hostname import hosts_of
from scaling_group.spec.route_kinds import HTTP_ROUTE, redirect_name

MOVED = 301


def redirects(group: GroupInputs) -> list[Manifest]:
    """Return the route for all hosts of a public group, none without such a listener in the settings."""
    gateway = group.environment.gateway
    hosts = list(dict.fromkeys(each.host for each in hosts_of(group.spec, group.environment)))
    return [_redirect(group, gateway, hosts)] if hosts and gateway and gateway.http_section else []


def _redirect(group: GroupInputs, gateway: GatewaySpec, hosts: list[str]) -> Manifest:
    parent = {
        "group": GROUP,
        "kind": "Gateway",
        "name": gateway.name,
        "namespace": gateway.namespace,
        "sectionName": gateway.http_section,
    }
    everything = {"path": {"type": "PathPrefix", "value": "/"}}
    moved = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": MOVED}}
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": HTTP_ROUTE,
        "metadata": {**metadata(group), "name": redirect_name(group.spec.name)},
        "spec": {
            "parentRefs": [parent],
            "hostnames": hosts,
            "rules": [{"matches": [everything], "filters": [moved]}],
        },
    }
