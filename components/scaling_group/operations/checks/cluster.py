"""The API server, the namespace of the groups, and what this user may do there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from scaling_group.manifests.gateway_api import GKE_GROUP
from scaling_group.manifests.permissions import RULES, Permission, PolicyRule, permissions_of
from scaling_group.operations.checks.check import Check, CheckFinding, failed, ok, warning
from scaling_group.operations.checks.context import CheckContext
from scaling_group.operations.preflight import check_version, cluster_identity

#: How many questions are under way at a time.
PARALLEL = 8
GRANT = "Have an administrator grant it: docs/rbac.yaml has every rule, and what it is for."


def _cluster(context: CheckContext) -> CheckFinding:
    check_version(context.cluster)
    version = ".".join(map(str, context.cluster.version()))
    return ok(f"Kubernetes {version} at {context.cluster.server}")


def _namespace(context: CheckContext) -> CheckFinding:
    cluster_identity(context.cluster, context.environment)
    return ok(f"{context.environment.namespace} exists")


def _permissions(context: CheckContext) -> CheckFinding:
    gateway = context.environment.gateway
    rules = [rule for rule in RULES if rule.group != GKE_GROUP or (gateway and gateway.gke_policies)]
    asked = [(rule, permission) for rule in rules for permission in permissions_of(rule, context.environment)]
    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(lambda pair: context.cluster.allowed(pair[1]), asked))
    missing = [pair for pair, allowed in zip(asked, answers, strict=True) if not allowed]
    needed = [pair for pair in missing if not pair[0].without]
    if needed:
        return failed(_count(needed), detail=_listed(missing), resolution=GRANT)
    if missing:
        return warning(f"{_count(missing)}, for what is optional", detail=_listed(missing), resolution=GRANT)
    return ok(f"all {len(asked)} that commands use are granted")


def _count(missing: list[tuple[PolicyRule, Permission]]) -> str:
    return "1 permission is missing" if len(missing) == 1 else f"{len(missing)} permissions are missing"


def _listed(missing: list[tuple[PolicyRule, Permission]]) -> str:
    return "\n".join(
        f"{permission}{f': {rule.without}' if rule.without else ''}" for rule, permission in missing
    )


CHECKS = (
    Check(
        id="cluster",
        title="Cluster",
        about="The API server of the context answers, and is new enough to keep every field of a group's "
        "pods.",
        run=_cluster,
    ),
    Check(
        id="namespace",
        title="Namespace",
        about="The namespace of the environment exists and can be read.",
        run=_namespace,
        needs=("settings", "cluster"),
    ),
    Check(
        id="rights",
        title="Permissions",
        about="The user may do each thing that commands do (`docs/rbac.yaml`), asked of the API server by"
        " SelfSubjectAccessReview. A missing permission that commands can do without is a warning.",
        run=_permissions,
        needs=("settings", "cluster"),
    ),
)
