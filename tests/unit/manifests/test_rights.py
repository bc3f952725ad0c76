"""The rights that commands use are those that docs/rbac.yaml grants, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from scaling_group.manifests.rights import RULES, Right, Scope, creation_rights, rights_of
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
USED = [right for rule in RULES for right in rights_of(rule, ENVIRONMENT)]


def granted() -> list[Right]:
    """Return every right of every role of the file."""
    roles = [d for d in yaml.safe_load_all(FILE.read_text()) if d["kind"] in ("Role", "ClusterRole")]
    return [
        Right(verb, group, resource, role["metadata"].get("namespace", ""), name)
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
    assert not any("*" in (right.verb, right.resource, right.group) for right in USED)


def test_every_role_is_bound_to_the_same_users():
    documents = list(yaml.safe_load_all(FILE.read_text()))
    bindings = [d for d in documents if d["kind"].endswith("Binding")]
    roles = {(d["kind"], d["metadata"]["name"]) for d in documents if not d["kind"].endswith("Binding")}

    assert {(b["roleRef"]["kind"], b["roleRef"]["name"]) for b in bindings} == roles
    assert [s["name"] for b in bindings for s in b["subjects"]] == ["scaling-group-users"] * 3


def test_secrets_are_not_among_them():
    assert not any(right.resource.startswith("secrets") for right in USED)


def test_what_a_create_needs_is_of_one_namespace_and_granted():
    needed = creation_rights(ENVIRONMENT)

    assert {(right.resource, right.verb) for right in needed} == {
        *((kind, verb) for kind in ("deployments", "services", "httproutes") for verb in ("create", "patch")),
        *(("endpoints", verb) for verb in ("list", "watch")),
    }
    assert {right.namespace for right in needed} == {"default"}
    assert set(needed) <= set(USED)


@pytest.mark.parametrize(
    ("right", "text"),
    [
        (Right("get", "", "pods/log", "ml"), "get pods/log in namespace ml"),
        (Right("patch", "apps", "deployments", "ml"), "patch deployments.apps in namespace ml"),
        (Right("get", "", "namespaces", "ml", "ml"), "get namespaces ml in namespace ml"),
        (Right("list", "", "nodes"), "list nodes in the whole cluster"),
    ],
)
def test_a_right_reads_as_kubectl_takes_it(right, text):
    assert str(right) == text
