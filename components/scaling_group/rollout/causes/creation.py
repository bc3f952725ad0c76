"""The API server refuses to make the pods, so that there are none to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaling_group.rollout.fields import condition, instant, text
from scaling_group.rollout.finding import Cause, Finding, Told
from scaling_group.rollout.situation import Situation
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


def find(situation: Situation) -> Iterator[Finding]:
    """Yield why the pods of the newest revision cannot be made."""
    refused = condition(situation.status, "ReplicaFailure")
    if refused.get("status") != "True":
        return
    message = _newest_message(situation) or text(refused, "message")
    told = _told(situation, message)
    yield Finding(
        told.cause,
        told.said,
        told.resolution,
        detail=f"{text(refused, 'reason')}: {message}",
        terminal=told.hopeless,
        since=instant(refused, "lastTransitionTime"),
        count=max(situation.desired - len(situation.pods), 1),
    )


def _newest_message(situation: Situation) -> str:
    """Return the newest refusal; the condition keeps the first."""
    failures = [e for e in situation.events_of(situation.newest_set) if e.reason == "FailedCreate"]
    return PREFIX.sub("", failures[-1].message) if failures else ""


def _told(situation: Situation, message: str) -> Told:
    tellers = (_quota, _unspecified, _account, _security, _limits, _policy, _ending)
    found = (told for teller in tellers if (told := teller(situation, message)))
    said = f"the pods are refused: {message.rpartition(': ')[2][:160] or 'no reason is given'}"
    return next(found, Told(OTHER, said, OTHER.advice))


def _less(situation: Situation) -> str:
    return situation.command("update", "--cpu=CPU", "--memory=MEMORY")


def _quota(situation: Situation, message: str) -> Told | None:
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
    return Told(QUOTA, said, f"Request less ({_less(situation)}), or raise the quota", never)


def _amounts(listed: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in listed.split(","))
    return {key.strip(): value.strip() for key, _, value in pairs if value}


def _more(one: str, other: str) -> bool:
    left, right = amount_of(one), amount_of(other)
    return left is not None and right is not None and left > right


def _unspecified(situation: Situation, message: str) -> Told | None:
    found = UNSPECIFIED.search(message)
    if found is None:
        return None
    said = f"the quota {found['quota']} requires the pods to specify {found['what']}"
    return Told(QUOTA, said, f"Give the amounts: {_less(situation)}", True)


def _account(situation: Situation, message: str) -> Told | None:
    found = ACCOUNT.search(message)
    if found is None:
        return None
    name, where = found["name"], situation.namespace
    create = f"kubectl create serviceaccount {name} -n {where}"
    other = situation.command("update", "--service-account=NAME")
    said = f"the service account {name} does not exist in namespace {where}"
    return Told(
        SERVICE_ACCOUNT, said, f"Create it ({create}), or name another: {other}", name != DEFAULT_ACCOUNT
    )


def _security(situation: Situation, message: str) -> Told | None:
    found = LEVEL.search(message)
    if found is None:
        return None
    where = situation.namespace
    rules = ", ".join(re.findall(r"(?:^|\), )([^()]+?) \(", found["rules"])) or found["rules"]
    said = f"the Pod Security level {found['level']} of namespace {where} forbids the pods: {rules}"
    label = f"kubectl label namespace {where} pod-security.kubernetes.io/enforce=baseline --overwrite"
    return Told(SECURITY, said, f"Use a namespace of level baseline: {label}", True)


def _limits(situation: Situation, message: str) -> Told | None:
    found = RANGE.search(message)
    if found is None:
        return None
    said = f"the limits of namespace {situation.namespace} forbid the pods: {found['what'].rstrip(']')}"
    return Told(LIMITS, said, f"Request an amount within them: {_less(situation)}", True)


def _policy(situation: Situation, message: str) -> Told | None:
    found = DENIED.search(message)
    if found is None:
        return None
    why = (found["said"] or found["told"]).strip()[:200]
    return Told(
        POLICY, f"the policy {found['hook'] or found['policy']} denies the pods: {why}", POLICY.advice, True
    )


def _ending(situation: Situation, message: str) -> Told | None:
    if "because it is being terminated" not in message:
        return None
    said = f"the namespace {situation.namespace} is being deleted"
    return Told(ENDING, said, "Create the group in another namespace (--namespace).", True)
