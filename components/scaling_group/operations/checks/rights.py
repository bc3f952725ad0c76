"""What this user may do in the cluster."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from scaling_group.manifests.rights import RULES, Right, Rule, rights_of
from scaling_group.operations.checks.check import Check, Finding, failed, ok, warning
from scaling_group.operations.checks.place import Place

#: How many questions are under way at a time.
PARALLEL = 8
GRANT = "Have an administrator grant it: docs/rbac.yaml has every rule, and what it is for."


def _run(place: Place) -> Finding:
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


CHECK = Check(
    id="rights",
    title="Rights",
    about="The user may do each thing that commands do (`docs/rbac.yaml`), asked of the API server by "
    "SelfSubjectAccessReview. A missing right that commands can do without is a warning.",
    run=_run,
    needs=("cluster",),
)
