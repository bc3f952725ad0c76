"""Whether groups can scale: the APIs for metrics, and KEDA."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from scaling_group.manifests.metadata import MANAGED_BY
from scaling_group.operations.checks.check import Check, CheckFinding, ok, warning
from scaling_group.operations.checks.context import CheckContext
from scaling_group.operations.metrics_apis import unserved
from scaling_group.operations.protocols import Object
from scaling_group.rollout.causes.metrics import CUSTOM, EXTERNAL, RESOURCE, MetricsApi, api_for
from scaling_group.rollout.fields import labels_of, name_of, parts, text
from scaling_group.spec.scalers import HPA, KEDA_GROUP

APIS = (RESOURCE, CUSTOM, EXTERNAL)
MANAGED_BY_LABEL = "app.kubernetes.io/managed-by"


def _run(context: CheckContext) -> CheckFinding:
    unread = list(unserved(context.cluster, APIS))
    wanting = _by_api(context.listed(HPA) or ())
    needed = [each for each in unread if each.silent or wanting[each.api]]
    if not needed:
        return ok(_served(context, [each.api for each in unread]))
    told = [f"{each.said}{_by(wanting[each.api])}" for each in needed]
    return warning(needed[0].said, detail="\n".join(told), resolution=needed[0].fix)


def _served(context: CheckContext, unread: Sequence[MetricsApi]) -> str:
    known = {api.group: api not in unread for api in APIS}
    known["KEDA"] = KEDA_GROUP in context.cluster.api_groups()
    named = {
        said: ", ".join(name for name, served in known.items() if served is there)
        for said, there in (("served", True), ("not served", False))
    }
    return "; ".join(f"{said}: {names}" for said, names in named.items() if names)


def _by(groups: set[str]) -> str:
    verb = "scales" if len(groups) == 1 else "scale"
    return f": {', '.join(sorted(groups))} {verb} by it" if groups else ""


def _by_api(autoscalers: Sequence[Object]) -> dict[MetricsApi, set[str]]:
    """Return the names of the groups that scale by each API."""
    found: dict[MetricsApi, set[str]] = defaultdict(set)
    for each in autoscalers:
        if labels_of(each).get(MANAGED_BY_LABEL) == MANAGED_BY:
            for metric in parts(each, "spec", "metrics"):
                found[api_for(text(metric, "type"))].add(name_of(each))
    return found


CHECKS = (
    Check(
        id="autoscaling",
        title="Autoscaling",
        about="The metrics APIs that groups can scale by (metrics.k8s.io, custom.metrics.k8s.io,"
        " external.metrics.k8s.io), and KEDA. A warning where an API does not answer, or where a group scales"
        " by one that there is not.",
        run=_run,
        needs=("settings", "cluster"),
    ),
)
