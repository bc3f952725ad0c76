"""docs/rbac.yaml: the Roles that a user of the command line needs, made from manifests/permissions.py."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

from scaling_group.manifests.permissions import RULES, PolicyRule, Scope

API_GROUP = "rbac.authorization.k8s.io"
NAME = "scaling-group"
USERS = "scaling-group-users"
#: Name and namespace of the role of each scope; the cluster's has none.
ROLES = {
    Scope.GROUPS: (NAME, "default"),
    Scope.GATEWAY: (f"{NAME}-gateway", "gateway-system"),
    Scope.CLUSTER: (NAME, ""),
}
HEAD = f"""\
# What a user of scaling-group may do in a cluster, and no more. Made from the code by `make docs`; tests
# run the commands under a user that has these permissions alone, and `scaling-group doctor` asks for each.
#
# Put your own names in the place of: the namespace of the groups ({ROLES[Scope.GROUPS][1]}), the namespace
# of the Gateway ({ROLES[Scope.GATEWAY][1]}), and the users ({USERS}). Then: kubectl apply -f rbac.yaml
#
# A rule that says "Without it" can be left out.
"""


def rbac_file() -> str:
    """Return the file: a role and its binding for each scope, a comment for each rule."""
    return HEAD + "".join(f"---\n{text}" for scope in Scope for text in (_role(scope), _binding(scope)))


def _role(scope: Scope) -> str:
    name, namespace = ROLES[scope]
    lines = [_head("Role", name, namespace), "rules:"]
    for rule in RULES:
        if rule.scope is scope:
            lines += _rule(rule)
    return "\n".join([*lines, ""])


def _rule(rule: PolicyRule) -> Iterator[str]:
    said = f"{rule.purpose}{f' Without it, {rule.without}' if rule.without else ''}"
    yield from textwrap.wrap(said, 100, initial_indent="  # ", subsequent_indent="  # ")
    yield f"  - apiGroups: {_list(rule.group)}"
    yield f"    resources: {_list(rule.resource)}"
    names = (ROLES[rule.scope][1],) if rule.resource == "namespaces" else rule.names
    if names:
        yield f"    resourceNames: {_list(*names)}"
    yield f"    verbs: {_list(*rule.verbs)}"


def _list(*texts: str) -> str:
    return json.dumps(list(texts))


def _binding(scope: Scope) -> str:
    name, namespace = ROLES[scope]
    return f"""\
{_head("RoleBinding", name, namespace)}
roleRef:
  apiGroup: {API_GROUP}
  kind: {"Role" if namespace else "ClusterRole"}
  name: {name}
subjects:
  - apiGroup: {API_GROUP}
    kind: Group
    name: {USERS}
"""


def _head(kind: str, name: str, namespace: str) -> str:
    scoped = kind if namespace else f"Cluster{kind}"
    lines = [f"apiVersion: {API_GROUP}/v1", f"kind: {scoped}", "metadata:", f"  name: {name}"]
    return "\n".join([*lines, *([f"  namespace: {namespace}"] if namespace else [])])
