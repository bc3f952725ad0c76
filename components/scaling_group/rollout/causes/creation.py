"""The API server refuses to make the pods, so that there are none to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaling_group.rollout.fields import condition, instant, text
from scaling_group.rollout.finding import Cause, Explanation, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.spec.quantity import amount_of

QUOTA = Cause(
    "quota-exceeded",
    "The namespace's ResourceQuota leaves no room for the pods.",
    "Request less (`--cpu`, `--memory`, `--gpu`, `--replicas`), or raise the quota.",
)
SERVICE_ACCOUNT = Cause(
    "missing-service-account",
    "The service account of the pods does not exist in the namespace.",
    "Create it, or change `--service-account`.",
)
SECURITY = Cause(
    "pod-security",
    "The namespace's Pod Security level forbids the Pod.",
    "Use a namespace of level baseline.",
)
LIMITS = Cause(
    "limit-range",
    "The namespace's LimitRange allows less or requires more than the Pod requests.",
    "Request an amount within the limits: `--cpu`, `--memory`.",
)
POLICY = Cause(
    "admission-denied",
    "A policy of the cluster denies the pods.",
    "Follow the policy, or contact its owner.",
)
ENDING = Cause(
    "namespace-ending",
    "The namespace is being deleted.",
    "Create the group in another namespace.",
)
OTHER = Cause(
    "pods-refused",
    "The API server refuses the pods for another reason; see the evidence.",
    "See the evidence; the controller keeps retrying, at growing intervals.",
)
CAUSES = (QUOTA, LIMITS, SERVICE_ACCOUNT, SECURITY, POLICY, ENDING, OTHER)

EXCEEDED = re.compile(
    r"exceeded quota: (?P<quota>[^,]+), requested: (?P<requested>.*?), used: (?P<used>.*?), "
    r"limited: (?P<limited>.*)$"
)
UNSPECIFIED = re.compile(r"failed quota: (?P<quota>[^:]+): must specify (?P<what>.*)$")
ACCOUNT = re.compile(r'serviceaccount "(?P<name>[^"]+)" not found')
LEVEL = re.compile(r'violates PodSecurity "(?P<level>[^:"]+)[^"]*": (?P<rules>.*)$', re.DOTALL)
RANGE = re.compile(
    r"(?P<what>(?:maximum|minimum) \S+ usage per \S+ is .*|\S+ max limit to request ratio .*)$"
)
DENIED = re.compile(
    r'admission webhook "(?P<hook>[^"]+)" denied the request: (?P<said>.*)$'
    r"|ValidatingAdmissionPolicy '(?P<policy>[^']+)' .*?denied request: (?P<told>.*)$",
    re.DOTALL,
)
PREFIX = re.compile(r"^(?:\(combined from similar events\): )?Error creating: ")
#: Of every namespace, and made by a controller in its first moments.
DEFAULT_ACCOUNT = "default"


def find(rollout: ObservedRollout) -> Iterator[Finding]:
    """Yield why the pods of the newest revision cannot be made."""
    refused = condition(rollout.status, "ReplicaFailure")
    if refused.get("status") != "True":
        return
    message = _newest_message(rollout) or text(refused, "message")
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
    tellers = (_quota, _unspecified, _account, _security, _limits, _policy, _ending)
    found = (told for teller in tellers if (told := teller(rollout, message)))
    said = f"the pods are refused: {message.rpartition(': ')[2][:160] or 'no reason is given'}"
    return next(found, Explanation(OTHER, said, OTHER.advice))


def _less(rollout: ObservedRollout) -> str:
    return rollout.command("update", "--cpu=CPU", "--memory=MEMORY")


def _quota(rollout: ObservedRollout, message: str) -> Explanation | None:
    found = EXCEEDED.search(message)
    if found is None:
        return None
    requested, used, limited = (_amounts(found[part]) for part in ("requested", "used", "limited"))
    over = [
        f"{of} {asked} is requested, {used.get(of, '0')} of {limited.get(of, '?')} is used"
        for of, asked in requested.items()
    ]
    # A pod that alone is more than the limit never fits; others may make room for a smaller one.
    never = any(_more(asked, limited.get(of, "")) for of, asked in requested.items())
    said = f"the quota {found['quota']} is exceeded: {'; '.join(over)}"
    return Explanation(QUOTA, said, f"Request less ({_less(rollout)}), or raise the quota", never)


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
    rules = ", ".join(re.findall(r"(?:^|\), )([^()]+?) \(", found["rules"])) or found["rules"]
    said = f"the Pod Security level {found['level']} of namespace {where} forbids the pods: {rules}"
    label = f"kubectl label namespace {where} pod-security.kubernetes.io/enforce=baseline --overwrite"
    return Explanation(SECURITY, said, f"Use a namespace of level baseline: {label}", True)


def _limits(rollout: ObservedRollout, message: str) -> Explanation | None:
    found = RANGE.search(message)
    if found is None:
        return None
    said = f"the limits of namespace {rollout.namespace} forbid the pods: {found['what'].rstrip(']')}"
    return Explanation(LIMITS, said, f"Request an amount within them: {_less(rollout)}", True)


def _policy(rollout: ObservedRollout, message: str) -> Explanation | None:
    found = DENIED.search(message)
    if found is None:
        return None
    why = (found["said"] or found["told"]).strip()[:200]
    return Explanation(
        POLICY, f"the policy {found['hook'] or found['policy']} denies the pods: {why}", POLICY.advice, True
    )


def _ending(rollout: ObservedRollout, message: str) -> Explanation | None:
    if "because it is being terminated" not in message:
        return None
    said = f"the namespace {rollout.namespace} is being deleted"
    return Explanation(ENDING, said, "Create the group in another namespace (--namespace).", True)
