"""The objects of a group, in the order in which people read them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scaling_group.manifests.deployment import deployment
from scaling_group.manifests.disruption_budget import disruption_budget
from scaling_group.manifests.gke import policies
from scaling_group.manifests.inputs import GroupInputs, Manifest
from scaling_group.manifests.redirect import redirects
from scaling_group.manifests.route import routes
from scaling_group.manifests.service import cluster_ip_service, service
from scaling_group.naming import record_annotation
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec


def objects(
    spec: GroupSpec, environment: EnvironmentSpec, group_id: str, record: Mapping[str, Any]
) -> list[Manifest]:
    """Return Deployment, Service and HTTPRoutes of a group, and what it has beyond them.

    The Deployment carries the record.
    """
    group = GroupInputs(group_id, spec, environment)
    annotations = {record_annotation(environment.label_domain): record_text(record)}
    served = [*routes(group), *redirects(group), *policies(group)]
    return [deployment(group, annotations), service(group), *served, *_on_demand(group)]


def _on_demand(group: GroupInputs) -> Iterator[Manifest]:
    """Yield what most groups do not have."""
    spec = group.spec
    if spec.autoscale:
        # Loaded where something scales, with its models: most groups have a fixed number of Pods.
        from scaling_group.manifests.autoscaler import autoscaler

        yield autoscaler(group, spec.autoscale)
    if spec.has_cluster_ip:
        yield cluster_ip_service(group)
    if spec.disruptions is not None:
        yield disruption_budget(group, spec.disruptions)


def replaces_pods(before: GroupSpec, after: GroupSpec, environment: EnvironmentSpec) -> bool:
    """Return whether a change of the spec is one of the pods, which are then made anew."""
    old, new = (deployment(GroupInputs("", spec, environment)) for spec in (before, after))
    return bool(old["spec"]["template"] != new["spec"]["template"])


def leaves_gap(before: GroupSpec, after: GroupSpec, environment: EnvironmentSpec) -> bool:
    """Return whether nothing serves for a while: the only pod has to give its GPU to the one after it."""
    only_one = after.fewest == 1 and before.most > 0
    return (
        after.gpu is not None
        and after.surge is None
        and only_one
        and replaces_pods(before, after, environment)
    )


def loses_requests(before: GroupSpec, after: GroupSpec, environment: EnvironmentSpec) -> bool:
    """Return whether requests fail while pods are replaced: the Service has the new port at once, and the
    pods before listen on the old one. Where nothing serves meanwhile, that says it all.
    """
    moves = before.port != after.port and before.most > 0 and after.most > 0
    return moves and not leaves_gap(before, after, environment)


def record_text(record: Mapping[str, Any]) -> str:
    """Return the record as the annotation holds it."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
