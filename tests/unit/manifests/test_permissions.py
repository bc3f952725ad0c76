"""The permissions that commands use are those that docs/rbac.yaml grants, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from scaling_group.manifests.permissions import RULES, Permission, Scope, creation_permissions, permissions_of
from scaling_group.spec.group import environment_spec
from tools.rbac import ROLES

FILE = Path(__file__).parents[3] / "docs" / "rbac.yaml"
ENVIRONMENT = environment_spec(
    {
        "id": "abc123",
        "namespace": ROLES[Scope.GROUPS][1],
        "gateway": {
            "name": "gateway",
            "namespace": ROLES[Scope.GATEWAY][1],
            "domain": "gw.example.com",
        },
    }
)
USED = [permission for rule in RULES for permission in permissions_of(rule, ENVIRONMENT)]


def granted() -> list[Permission]:
    """Return every right of every role of the file."""
    roles = [d for d in yaml.safe_load_all(FILE.read_text()) if d["kind"] in ("Role", "ClusterRole")]
    return [
        Permission(verb, group, resource, role["metadata"].get("namespace", ""), name)
        for role in roles
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
        for name in rule.get("resourceNames", [""])
    ]


def test_the_file_grants_what_is_used_and_nothing_else():
    assert sorted(map(str, granted())) == sorted(map(str, USED))


def test_no_right_is_named_twice_or_stands_for_many():
    assert len(set(USED)) == len(USED)
    assert not any("*" in (permission.verb, permission.resource, permission.group) for permission in USED)


def test_every_role_is_bound_to_the_same_users():
    documents = list(yaml.safe_load_all(FILE.read_text()))
    bindings = [d for d in documents if d["kind"].endswith("Binding")]
    roles = {(d["kind"], d["metadata"]["name"]) for d in documents if not d["kind"].endswith("Binding")}

    assert {(b["roleRef"]["kind"], b["roleRef"]["name"]) for b in bindings} == roles
    assert [s["name"] for b in bindings for s in b["subjects"]] == ["scaling-group-users"] * 3


def test_secrets_are_not_among_them():
    assert not any(permission.resource.startswith("secrets") for permission in USED)


def test_what_a_create_needs_is_of_one_namespace_and_granted():
    needed = creation_permissions(ENVIRONMENT, ["Deployment", "Service", "HTTPRoute"])

    assert {permission.resource for permission in needed} == {"deployments", "services", "httproutes"}
    assert {permission.verb for permission in needed} == {"create", "patch"}
    assert {permission.namespace for permission in needed} == {"default"}
    assert set(needed) <= set(USED)


def test_a_user_without_rights_to_autoscalers_makes_groups_without_one():
    scaling = [rule for rule in RULES if rule.group in ("autoscaling", "keda.sh")]

    assert [rule.resource for rule in scaling] == ["horizontalpodautoscalers", "scaledobjects"]
    assert all(rule.without for rule in scaling)


@pytest.mark.parametrize(
    ("permission", "text"),
    [
        (Permission("get", "", "pods/log", "ml"), "get pods/log in namespace ml"),
        (Permission("patch", "apps", "deployments", "ml"), "patch deployments.apps in namespace ml"),
        (Permission("get", "", "namespaces", "ml", "ml"), "get namespaces ml in namespace ml"),
        (Permission("list", "", "nodes"), "list nodes in the whole cluster"),
    ],
)
def test_a_right_reads_as_kubectl_takes_it(permission, text):
    assert str(permission) == text
