"""The HTTPRoutes: the group's hostnames on the HTTPS listener of its environment.

Only Core fields of https://gateway-api.sigs.k8s.io/reference/spec/ are used, and those that a
server would fill in are written out, so that a refresh finds no difference.
"""

from __future__ import annotations

from collections.abc import Sequence

from scaling_group.manifests.gateway_api import GROUP
from scaling_group.manifests.grpc_route import as_grpc
from scaling_group.manifests.inputs import GroupInputs, Manifest
from scaling_group.manifests.metadata import metadata
from scaling_group.manifests.timeouts import rule_timeouts
from scaling_group.naming import path_route
from scaling_group.spec.hostname import hosts_of
from scaling_group.spec.hosts import EVERYTHING, Host
from scaling_group.spec.route_kinds import GRPC_ROUTE, route_kind


def routes(group: GroupInputs) -> list[Manifest]:
    """Return the routes: the one of the group's name first, then one for each other path, longest first.

    The hostnames of an HTTPRoute are those of all of its rules. A private group has none.
    """
    by_path = hosts_by_path(hosts_of(group.spec, group.environment))
    found = [_route(group, path, hosts) for path, hosts in by_path.items()]
    if found and route_kind(group.spec, group.environment) == GRPC_ROUTE:
        found[0] = as_grpc(found[0])
    return found


def hosts_by_path(hosts: Sequence[Host]) -> dict[str, list[str]]:
    """Return hostnames by the paths that they are for: all paths first, then the longest."""
    paths = (EVERYTHING, *other_paths(hosts)) if hosts else ()
    return {path: [each.host for each in hosts if each.path == path] for path in paths}


def other_paths(hosts: Sequence[Host]) -> list[str]:
    """Return the paths of hostnames that are not for all paths, the longest first."""
    return sorted({each.path for each in hosts} - {EVERYTHING}, key=lambda path: (-len(path), path))


def route_name(group: str, path: str) -> str:
    """Return the name of the HTTPRoute of a group for a path."""
    return group if path == EVERYTHING else path_route(group, path)


def _route(group: GroupInputs, path: str, hosts: list[str]) -> Manifest:
    """Return the HTTPRoute that sends what begins with a path to the group's Service."""
    gateway = group.environment.required_gateway
    parent = {
        "group": GROUP,
        "kind": "Gateway",
        "name": gateway.name,
        "namespace": gateway.namespace,
        "sectionName": gateway.section,
    }
    service = {"group": "", "kind": "Service", "name": group.spec.backend_name, "port": group.spec.port}
    backend = {**service, "weight": 1}
    below = {"path": {"type": "PathPrefix", "value": path}}
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "HTTPRoute",
        "metadata": {**metadata(group), "name": route_name(group.spec.name, path)},
        "spec": {
            "parentRefs": [parent],
            "hostnames": hosts,
            "rules": [{"matches": [below], "backendRefs": [backend], **rule_timeouts(group)}],
        },
    }
