"""Which objects a group has: kinds and names alone, which reads need of every group and builders of none."""

from __future__ import annotations

from typing import NamedTuple

from scaling_group.manifests.disruption_budget import KIND as BUDGET
from scaling_group.manifests.gke import policy_kinds
from scaling_group.manifests.route import other_paths, route_name
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.route_kinds import HTTP_ROUTE, redirect_name, route_kind


class ObjectRef(NamedTuple):
    """An object of a group in its namespace."""

    kind: str
    name: str


def owned_objects(spec: GroupSpec, environment: EnvironmentSpec) -> list[ObjectRef]:
    """Return what `objects` of manifests/group.py makes, by kind and name, in the same order."""
    return [
        ObjectRef("Deployment", spec.name),
        ObjectRef("Service", spec.name),
        *_owned_routes(spec, environment),
        *(ObjectRef(kind, spec.name) for kind in policy_kinds(spec, environment)),
        *([ObjectRef(spec.autoscaler_kind, spec.name)] if spec.autoscaler_kind else []),
        *([ObjectRef("Service", spec.backend_name)] if spec.has_cluster_ip else []),
        *([ObjectRef(BUDGET, spec.name)] if spec.disruptions is not None else []),
    ]


def _owned_routes(spec: GroupSpec, environment: EnvironmentSpec) -> list[ObjectRef]:
    if spec.is_private:
        return []
    names = [route_name(spec.name, path) for path in other_paths(spec.hostnames)]
    names += [redirect_name(spec.name)] if environment.required_gateway.http_section else []
    own = ObjectRef(route_kind(spec, environment), spec.name)
    return [own, *(ObjectRef(HTTP_ROUTE, name) for name in names)]
