"""Labels, selector and metadata, shared by the three objects and the pods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaling_group.manifests.inputs import GroupInputs, Manifest
from scaling_group.naming import (
    NAME_LABEL,
    environment_label,
    id_label,
    route_label,
    tag_label,
)

MANAGED_BY = "scaling-group"


def selector(group: GroupInputs) -> dict[str, str]:
    """Return the labels that tie Deployment, Service and pods together.

    A selector can never change, so it holds neither id nor tags nor the label domain; two labels
    are needed because `dev`+`api-v2` and `dev-api`+`v2` give one instance.
    """
    return pod_labels(group.environment.id, group.spec.name)


def pod_labels(environment: str, name: str) -> dict[str, str]:
    """Return the labels that select the pods of the group of a name in an environment."""
    return {NAME_LABEL: name, "app.kubernetes.io/instance": route_label(environment, name)}


def labels(group: GroupInputs) -> dict[str, Any] | Any:
    """Return all labels; an Output where the tags as a whole are one."""
    domain = group.environment.label_domain
    fixed = {
        **selector(group),
        "app.kubernetes.io/managed-by": MANAGED_BY,
        environment_label(domain): group.environment.id,
        id_label(domain): group.id,
    }

    def with_tags(tags: Mapping[str, Any] | None) -> dict[str, Any]:
        return fixed | {tag_label(domain, key): value for key, value in (tags or {}).items()}

    return group.apply(with_tags, group.spec.tags)


def metadata(
    group: GroupInputs, annotations: Mapping[str, Any] | None = None, *, name: str | None = None
) -> Manifest:
    """Return explicit name and namespace, labels, and annotations where there are any.

    name: of an object that is not called as the group is.
    """
    fields: Manifest = {
        "name": name or group.spec.name,
        "namespace": group.environment.namespace,
        "labels": labels(group),
    }
    return fields | ({"annotations": dict(annotations)} if annotations else {})
