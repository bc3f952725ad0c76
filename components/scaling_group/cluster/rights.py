"""Asking the API server what this user may do.

https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lightkube import Client
from lightkube.generic_resource import create_global_resource

from scaling_group.manifests.rights import Right

REVIEWS = "authorization.k8s.io"
ACCESS = create_global_resource(REVIEWS, "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews")
RULES = create_global_resource(REVIEWS, "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews")


def allowed(client: Client, right: Right) -> bool:
    """Return whether the authorizers of the API server allow it; one request."""
    resource, _, subresource = right.resource.partition("/")
    attributes = {"verb": right.verb, "group": right.group, "resource": resource, "version": "*"}
    attributes |= {"subresource": subresource, "namespace": right.namespace, "name": right.name}
    answer = client.create(ACCESS(spec={"resourceAttributes": attributes}))
    return bool(answer["status"].get("allowed"))


def lacking(client: Client, rights: Sequence[Right]) -> list[Right]:
    """Return those of some rights in one namespace that are not allowed.

    The rules of a namespace are one request and can be incomplete where others than RBAC decide:
    what they do not grant is asked for itself.
    """
    answer = client.create(RULES(spec={"namespace": rights[0].namespace}))
    rules = answer["status"].get("resourceRules") or ()
    return [right for right in rights if not _granted(right, rules) and not allowed(client, right)]


def _granted(right: Right, rules: Iterable[Mapping[str, Any]]) -> bool:
    return any(
        _has(rule.get("verbs"), right.verb)
        and _has(rule.get("apiGroups"), right.group)
        and _has(rule.get("resources"), right.resource)
        and (not rule.get("resourceNames") or right.name in rule["resourceNames"])
        for rule in rules
    )


def _has(listed: Sequence[str] | None, wanted: str) -> bool:
    return not {"*", wanted}.isdisjoint(listed or ())
