"""The API server refuses to make the pods, so that there are none to look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from scaling_group.rollout.causes import refusals
from scaling_group.rollout.causes.nodes import charged
from scaling_group.rollout.fields import condition, instant, text
from scaling_group.rollout.fields import message as message_of
from scaling_group.rollout.finding import Cause, Explanation, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.spec.quantity import amount_of

QUOTA = Cause(
    "quota-exceeded",
    "The namespace's ResourceQuota leaves no room for the pods.",
    "Request less (`--cpu`, `--memory`, `--gpu`, `--replicas`), or raise the quota.",
    source="https://kubernetes.io/docs/concepts/policy/resource-quotas/",
    example="the quota team is exceeded: requests.nvidia.com/gpu 1 is requested, 8 of 8 is used",
    hopeless="where a Pod alone exceeds it",
)
SERVICE_ACCOUNT = Cause(
    "missing-service-account",
    "The service account of the pods does not exist in the namespace.",
    "Create it, or change `--service-account`.",
    source="https://kubernetes.io/docs/concepts/security/service-accounts/",
    example="the service account robot does not exist in namespace ml",
    hopeless="unless it is `default`",
)
SECURITY = Cause(
    "pod-security",
    "The namespace's Pod Security level forbids the Pod.",
    "Use a namespace of level baseline.",
    source="https://kubernetes.io/docs/concepts/security/pod-security-admission/",
    example="the Pod Security level restricted of namespace ml forbids the pods: runAsNonRoot != true",
    hopeless="at once",
)
LIMITS = Cause(
    "limit-range",
    "The namespace's LimitRange allows less or requires more than the Pod requests.",
    "Request an amount within the limits: `--cpu`, `--memory`.",
    source="https://kubernetes.io/docs/concepts/policy/limit-range/",
    example="the limits of namespace ml forbid the pods: maximum cpu usage per Container is 2, but limit is "
    "4",
    hopeless="at once",
)
ENDING = Cause(
    "namespace-ending",
    "The namespace is being deleted.",
    "Create the group in another namespace.",
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
    example="the namespace ml is being deleted",
    hopeless="at once",
)
BESIDE = Cause(
    "quota-rollout-deadlock",
    "The new Pod needs room beside the old one, the quota has none, and the old Pod runs until the new is "
    "ready.",
    "Raise the quota, or stop the old Pod first: maxSurge 0, maxUnavailable 1.",
    source="https://kubernetes.io/docs/concepts/policy/resource-quotas/",
    example="the new pod needs room beside the old one, and the quota team has none: pods 1 is requested, "
    "1 of 1 is used",
    hopeless="at once",
)
PRIORITY = Cause(
    "missing-priority-class",
    "The Pods name a PriorityClass that does not exist.",
    "Create it, or have the Pods name another.",
    source="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",
    example="the PriorityClass batch does not exist",
    hopeless="at once",
)
OTHER = Cause(
    "pods-refused",
    "The API server refuses the pods for another reason; see the evidence.",
    "See the evidence; the controller keeps retrying, at growing intervals.",
    source="https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/",
    example="the pods are refused: etcdserver: request timed out",
)
CAUSES = (BESIDE, QUOTA, LIMITS, SERVICE_ACCOUNT, SECURITY, PRIORITY, ENDING, OTHER)

#: The words of the API server's admission plugins, in 1.24 to 1.36 the same.
EXCEEDED = re.compile(
    r"exceeded quota: (?P<quota>[^,]{1,253}), requested: (?P<requested>.*), used: (?P<used>.*), "
    r"limited: (?P<limited>.*)$"
)
UNSPECIFIED = re.compile(r"failed quota: (?P<quota>[^:]{1,253}): must specify (?P<what>.*)$")
ACCOUNT = re.compile(r'serviceaccount "(?P<name>[^"]{1,253})" not found')
LEVEL = re.compile(r'violates PodSecurity "(?P<level>[^:"]{1,63})[^"]{0,63}": (?P<rules>.*)$', re.DOTALL)
RULE = re.compile(r"(?:^|\), )([^()]{1,200}) \(")
RANGE = re.compile(
    r"(?:maximum|minimum) \S{1,100} usage per \S{1,20} is .*|"
    r"\b[\w./-]{1,100} max limit to request ratio per .*"
)
CLASS = re.compile(r"no PriorityClass with name (?P<name>\S{1,253}) was found")
PREFIX = re.compile(r"^(?:\(combined from similar events\): )?Error creating: ")
#: Of every namespace, and made by a controller in its first moments.
DEFAULT_ACCOUNT = "default"
#: Which flag asks for less of a resource that a quota counts.
FLAGS = (
    ("gpu", "--gpu=TYPE:COUNT"),
    ("cpu", "--cpu=CPU"),
    ("memory", "--memory=MEMORY"),
    ("pods", "--replicas=N"),
)


def find(rollout: ObservedRollout) -> Iterator[Finding]:
    """Yield why the pods of the newest revision cannot be made."""
    refused = condition(rollout.status, "ReplicaFailure")
    if refused.get("status") != "True":
        return
    message = _newest_message(rollout) or message_of(refused, "message")
    explanation = _explained(rollout, message)
    yield Finding(
        explanation.cause,
        explanation.said,
        explanation.resolution,
        detail=f"{text(refused, 'reason')}: {message}",
        terminal=explanation.terminal,
        since=instant(refused, "lastTransitionTime"),
        count=max(rollout.desired - len(rollout.pods), 1),
    )


def _newest_message(rollout: ObservedRollout) -> str:
    """Return the newest refusal; the condition keeps the first."""
    failures = [e for e in rollout.events_of(rollout.newest_set) if e.reason == "FailedCreate"]
    return PREFIX.sub("", failures[-1].message) if failures else ""


def _explained(rollout: ObservedRollout, message: str) -> Explanation:
    tellers = (_quota, _unspecified, _account, _security, _limits, refusals.explained, _priority, _ending)
    found = (told for teller in tellers if (told := teller(rollout, message)))
    said = f"the pods are refused: {message.rpartition(': ')[2][:160] or 'no reason is given'}"
    return next(found, Explanation(OTHER, said, OTHER.advice))


def _less(rollout: ObservedRollout, of: Iterable[str] = ("cpu", "memory")) -> str:
    """Return the command that asks for less of resources as a quota names them."""
    named = [flag for word, flag in FLAGS if any(word in resource for resource in of)]
    return rollout.command("update", *(named or ["--replicas=N"]))


def _quota(rollout: ObservedRollout, message: str) -> Explanation | None:
    found = EXCEEDED.search(message)
    if found is None:
        return None
    requested, used, limited = (_amounts(found[part]) for part in ("requested", "used", "limited"))
    over = "; ".join(
        f"{of} {asked} is requested, {used.get(of, '0')} of {limited.get(of, '?')} is used"
        for of, asked in requested.items()
    )
    # A pod that alone is more than the limit never fits; others may make room for a smaller one.
    never = any(_more(asked, limited.get(of, "")) for of, asked in requested.items())
    if not never and rollout.keeps_old and _freed(rollout, requested, used, limited):
        said = f"the new pod needs room beside the old one, and the quota {found['quota']} has none: {over}"
        return Explanation(BESIDE, said, f"Raise the quota, or stop the old pod first: {rollout.swap}", True)
    fix = f"Request less ({_less(rollout, requested)}), or raise the quota"
    return Explanation(QUOTA, f"the quota {found['quota']} is exceeded: {over}", fix, never)


def _freed(
    rollout: ObservedRollout,
    requested: Mapping[str, str],
    used: Mapping[str, str],
    limited: Mapping[str, str],
) -> bool:
    """Return whether the new pod would fit if an old one made room, as far as the quota tells."""
    old = rollout.old_serving
    for of, asked in requested.items():
        now, most, wanted = (amount_of(each) for each in (used.get(of, "0"), limited.get(of, ""), asked))
        if now is None or most is None or wanted is None:
            return False
        if now - max((charged(pod.found, of) for pod in old), default=Decimal(0)) + wanted > most:
            return False
    return True


def _amounts(listed: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in listed.split(","))
    return {key.strip(): value.strip() for key, _, value in pairs if value}


def _more(one: str, other: str) -> bool:
    left, right = amount_of(one), amount_of(other)
    return left is not None and right is not None and left > right


def _unspecified(rollout: ObservedRollout, message: str) -> Explanation | None:
    found = UNSPECIFIED.search(message)
    if found is None:
        return None
    said = f"the quota {found['quota']} requires the pods to specify {found['what']}"
    return Explanation(QUOTA, said, f"Give the amounts: {_less(rollout)}", True)


def _account(rollout: ObservedRollout, message: str) -> Explanation | None:
    found = ACCOUNT.search(message)
    if found is None:
        return None
    name, where = found["name"], rollout.namespace
    create = f"kubectl create serviceaccount {name} -n {where}"
    other = rollout.command("update", "--service-account=NAME")
    said = f"the service account {name} does not exist in namespace {where}"
    return Explanation(
        SERVICE_ACCOUNT, said, f"Create it ({create}), or name another: {other}", name != DEFAULT_ACCOUNT
    )


def _security(rollout: ObservedRollout, message: str) -> Explanation | None:
    found = LEVEL.search(message)
    if found is None:
        return None
    where = rollout.namespace
    rules = ", ".join(RULE.findall(found["rules"])) or found["rules"]
    said = f"the Pod Security level {found['level']} of namespace {where} forbids the pods: {rules}"
    label = f"kubectl label namespace {where} pod-security.kubernetes.io/enforce=baseline --overwrite"
    return Explanation(SECURITY, said, f"Use a namespace of level baseline: {label}", True)


def _limits(rollout: ObservedRollout, message: str) -> Explanation | None:
    found = RANGE.search(message)
    if found is None:
        return None
    said = f"the limits of namespace {rollout.namespace} forbid the pods: {found[0].rstrip(']')}"
    return Explanation(LIMITS, said, f"Request an amount within them: {_less(rollout)}", True)


def _priority(_rollout: ObservedRollout, message: str) -> Explanation | None:
    found = CLASS.search(message)
    if found is None:
        return None
    said = f"the PriorityClass {found['name']} does not exist"
    return Explanation(PRIORITY, said, "Create it, or name one of: kubectl get priorityclasses", True)


def _ending(rollout: ObservedRollout, message: str) -> Explanation | None:
    if "because it is being terminated" not in message:
        return None
    said = f"the namespace {rollout.namespace} is being deleted"
    return Explanation(ENDING, said, "Create the group in another namespace (--namespace).", True)
