"""Asking the API server what this user may do.

https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from scaling_group.manifests.permissions import Permission

Object = dict[str, Any]
#: Creates a review of a kind with a spec and returns the API server's answer.
Review = Callable[[str, Object], Object]


def allowed(review: Review, permission: Permission) -> bool:
    """Return whether the authorizers of the API server allow it; one request."""
    resource, _, subresource = permission.resource.partition("/")
    attributes = {"verb": permission.verb, "group": permission.group, "resource": resource, "version": "*"}
    attributes |= {"subresource": subresource, "namespace": permission.namespace, "name": permission.name}
    answer = review("SelfSubjectAccessReview", {"resourceAttributes": attributes})
    return bool(answer["status"].get("allowed"))


def lacking(review: Review, permissions: Sequence[Permission]) -> list[Permission]:
    """Return those of some permissions in one namespace that are not allowed.

    The rules of a namespace are one request and can be incomplete where others than RBAC decide:
    what they do not grant is asked for itself.
    """
    answer = review("SelfSubjectRulesReview", {"namespace": permissions[0].namespace})
    rules = answer["status"].get("resourceRules") or ()
    return [
        permission
        for permission in permissions
        if not _granted(permission, rules) and not allowed(review, permission)
    ]


def _granted(permission: Permission, rules: Iterable[Mapping[str, Any]]) -> bool:
    return any(
        _has(rule.get("verbs"), permission.verb)
        and _has(rule.get("apiGroups"), permission.group)
        and _has(rule.get("resources"), permission.resource)
        and (not rule.get("resourceNames") or permission.name in rule["resourceNames"])
        for rule in rules
    )


def _has(listed: Sequence[str] | None, wanted: str) -> bool:
    return not {"*", wanted}.isdisjoint(listed or ())
