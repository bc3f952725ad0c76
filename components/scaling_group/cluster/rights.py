"""Asking the API server what this user may do.

https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from scaling_group.manifests.rights import Right

Object = dict[str, Any]
#: Creates a review of a kind with a spec and returns the API server's answer.
Review = Callable[[str, Object], Object]


def allowed(review: Review, right: Right) -> bool:
    """Return whether the authorizers of the API server allow it; one request."""
    resource, _, subresource = right.resource.partition("/")
    attributes = {"verb": right.verb, "group": right.group, "resource": resource, "version": "*"}
    attributes |= {"subresource": subresource, "namespace": right.namespace, "name": right.name}
    answer = review("SelfSubjectAccessReview", {"resourceAttributes": attributes})
    return bool(answer["status"].get("allowed"))


def lacking(review: Review, rights: Sequence[Right]) -> list[Right]:
    """Return those of some rights in one namespace that are not allowed.

    The rules of a namespace are one request and can be incomplete where others than RBAC decide:
    what they do not grant is asked for itself.
    """
    answer = review("SelfSubjectRulesReview", {"namespace": rights[0].namespace})
    rules = answer["status"].get("resourceRules") or ()
    return [right for right in rights if not _granted(right, rules) and not allowed(review, right)]


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
