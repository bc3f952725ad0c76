"""What the namespace refuses: its quotas, its limits for one container, its Pod Security level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from scaling_group.manifests.deployment import pod, resources
from scaling_group.manifests.inputs import GroupInputs
from scaling_group.operations.checks.check import Check, CheckFinding, failed, ok, skipped, warning
from scaling_group.operations.checks.context import SAMPLE, CheckContext
from scaling_group.operations.protocols import Object
from scaling_group.rollout.pod_security import ENFORCE, refusals
from scaling_group.spec.group import group_spec
from scaling_group.spec.quantity import amount_of

#: What a group uses, as quotas call it.
USED = ("pods", "services", "requests.", "limits.", "cpu", "memory", "count/")


def _run(context: CheckContext) -> CheckFinding:
    quotas, ranges = context.listed("ResourceQuota"), context.listed("LimitRange")
    if quotas is None and ranges is None:
        return skipped("this user may not list resourcequotas and limitranges")
    spec = group_spec({"name": SAMPLE, "image": "image", "port": 8080})
    defaults = resources(GroupInputs("", spec, context.environment))
    found = [*used_up(quotas or ()), *out_of_range(ranges or (), defaults)]
    if found:
        return warning(
            "the namespace may refuse pods of groups",
            detail="\n".join(found),
            resolution="Give --cpu and --memory that fit, or raise the quota: "
            f"kubectl describe quota,limitrange -n {context.environment.namespace}",
        )
    count = len(quotas or ()) + len(ranges or ())
    return ok("a group with default CPU and memory fits" if count else "none are set")


def used_up(quotas: Sequence[Object]) -> Iterator[str]:
    """Yield the resources of quotas of which nothing is left."""
    for quota in quotas:
        status = quota.get("status") or {}
        for name, hard in (status.get("hard") or {}).items():
            used = (status.get("used") or {}).get(name, "0")
            if name.startswith(USED) and _amount(used) >= _amount(hard):
                yield f"quota {quota['metadata']['name']}: {name} is used up ({used} of {hard})"


def _amount(written: str) -> Decimal:
    """Return a quantity that the API server has written: it writes nothing else."""
    return amount_of(written) or Decimal(0)


def out_of_range(ranges: Sequence[Object], defaults: Object) -> Iterator[str]:
    """Yield where the defaults of a group (`requests` and `limits`) break a limit for containers."""
    for each in ranges:
        for limit in each["spec"]["limits"]:
            if limit["type"] == "Container":
                for fault in _faults(limit, defaults):
                    yield f"limit range {each['metadata']['name']}: {fault}"


def _faults(limit: Object, defaults: Object) -> Iterator[str]:
    for name in ("cpu", "memory"):
        request, top = defaults["requests"][name], defaults["limits"][name]
        most, least = (limit.get("max") or {}).get(name), (limit.get("min") or {}).get(name)
        ratio = (limit.get("maxLimitRequestRatio") or {}).get(name)
        if most and _amount(top) > _amount(most):
            yield f"the default {name} limit {top} is more than {most}"
        if least and _amount(request) < _amount(least):
            yield f"the default {name} request {request} is less than {least}"
        if ratio and _amount(top) / max(_amount(request), Decimal("1e-9")) > _amount(ratio):
            yield f"the default {name} limit {top} is more than {ratio} times its request {request}"


def _pod_security(context: CheckContext) -> CheckFinding:
    if context.namespace is None:
        return skipped("this user may not read the namespace")
    level = (context.namespace["metadata"].get("labels") or {}).get(ENFORCE)
    spec = group_spec({"name": SAMPLE, "image": "image", "port": 8080})
    refused = refusals(level or "privileged", pod(GroupInputs("", spec, context.environment)))
    if not refused:
        return ok(f"level {level} admits the pods of groups" if level else "no level is set")
    return failed(
        f"the namespace {context.environment.namespace} refuses the pods of groups: its level is {level}",
        detail="\n".join(refused),
        resolution="Use a namespace of level baseline: "
        f"kubectl label --overwrite namespace {context.environment.namespace} {ENFORCE}=baseline",
    )


CHECKS = (
    Check(
        id="limits",
        title="Quotas and limits",
        about="ResourceQuotas of the namespace that are used up, and LimitRanges that the default CPU and"
        " memory of a group do not fit.",
        run=_run,
        needs=("namespace",),
    ),
    Check(
        id="pod-security",
        title="Pod Security",
        about=f"The level of the namespace (label `{ENFORCE}`) admits the Pods of groups. A default "
        "that is set for the whole cluster cannot be seen.",
        run=_pod_security,
        needs=("namespace",),
    ),
)
