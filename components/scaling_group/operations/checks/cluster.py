"""The API server, the namespace of the groups, and what this user may do there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from scaling_group.manifests.rights import RULES, Right, Rule, rights_of
from scaling_group.operations.checks.check import Check, Finding, failed, ok, warning
from scaling_group.operations.checks.place import Place
from scaling_group.operations.preflight import check_version, cluster_identity

#: How many questions are under way at a time.
PARALLEL = 8
GRANT = "Have an administrator grant it: docs/rbac.yaml has every rule, and what it is for."


def _cluster(place: Place) -> Finding:
    check_version(place.cluster)
    version = ".".join(map(str, place.cluster.version()))
    return ok(f"Kubernetes {version} at {place.cluster.server}")


def _namespace(place: Place) -> Finding:
    cluster_identity(place.cluster, place.environment)
    return ok(f"{place.environment.namespace} exists")


def _rights(place: Place) -> Finding:
    asked = [(rule, right) for rule in RULES for right in rights_of(rule, place.environment)]
    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(lambda pair: place.cluster.allowed(pair[1]), asked))
    missing = [pair for pair, allowed in zip(asked, answers, strict=True) if not allowed]
    needed = [pair for pair in missing if not pair[0].without]
    if needed:
        return failed(_count(needed), detail=_told(missing), resolution=GRANT)
    if missing:
        return warning(f"{_count(missing)}, for what is optional", detail=_told(missing), resolution=GRANT)
    return ok(f"all {len(asked)} that commands use are granted")


def _count(missing: list[tuple[Rule, Right]]) -> str:
    return "1 right is missing" if len(missing) == 1 else f"{len(missing)} rights are missing"


def _told(missing: list[tuple[Rule, Right]]) -> str:
    return "\n".join(f"{right}{f': {rule.without}' if rule.without else ''}" for rule, right in missing)


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
        title="Rights",
        about="The user may do each thing that commands do (`docs/rbac.yaml`), asked of the API server by"
        " SelfSubjectAccessReview. A missing right that commands can do without is a warning.",
        run=_rights,
        needs=("settings", "cluster"),
    ),
)
