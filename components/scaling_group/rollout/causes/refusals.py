"""Policies and webhooks that refuse the pods, or do not answer.

The API server hands on their own words; how it wraps them is in its admission plugins:
https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
"""

from __future__ import annotations

import re

from scaling_group.rollout.finding import Cause, Explanation
from scaling_group.rollout.observed_rollout import ObservedRollout

POLICY = Cause(
    "admission-denied",
    "A policy of the cluster denies the pods.",
    "Follow the policy, or contact its owner.",
    source="https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/, "
    "https://kyverno.io/docs/troubleshooting/, https://open-policy-agent.github.io/gatekeeper/website/docs/violations/",
    example="the policy validate.kyverno.svc-fail denies the pods (rule require-labels/check-team): the "
    "label team is required",
    hopeless="at once",
)
UNREACHABLE = Cause(
    "webhook-unreachable",
    "An admission webhook does not answer, so the API server makes no Pods.",
    "Repair the webhook's Service and its Pods, or ask its owner. Nothing is wrong with the group.",
    source="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/"
    "#failure-policy",
    example="the admission webhook mutate.kyverno.svc-fail of Kyverno (Service kyverno/kyverno-svc) does not "
    "answer: context deadline exceeded",
)
CONSTRAINT = Cause(
    "openshift-scc",
    "No security context constraint of OpenShift admits the Pods.",
    "Run as the user that the namespace gives, or have an SCC granted to the service account.",
    source="https://docs.openshift.com/container-platform/latest/authentication/"
    "managing-security-context-constraints.html",
    example="no security context constraint admits the pods: runAsUser 1000 must be in the ranges: "
    "[1000640000, 1000649999]",
    hopeless="at once",
)
RUNTIME_CLASS = Cause(
    "runtime-class-absent",
    "The Pods name a RuntimeClass that the cluster does not have.",
    "Create it, for `nvidia` by installing the GPU operator, or have the Pods name none.",
    source="https://kubernetes.io/docs/concepts/containers/runtime-class/",
    example="the RuntimeClass nvidia does not exist",
    hopeless="at once",
)
CAUSES = (POLICY, UNREACHABLE, CONSTRAINT, RUNTIME_CLASS)

#: Characters of somebody else's words that a sentence takes.
WORDS = 200
HOOK = re.compile(
    r'admission webhook "(?P<hook>[^"]{1,253})" denied the request(?:: | ?)(?P<said>.*)$', re.DOTALL
)
NATIVE = re.compile(
    r"ValidatingAdmissionPolicy '(?P<policy>[^']{1,253})'[^:]{0,320}: (?P<said>.*)$",
    re.DOTALL,
)
CALLING = re.compile(
    r'failed calling (?:admission )?webhook "(?P<hook>[^"]{1,253})": (?P<said>.*)$', re.DOTALL
)
ADDRESS = re.compile(r"https?://(?P<service>[\w-]{1,63})\.(?P<namespace>[\w-]{1,63})\.svc\b")
#: Kyverno: the policies, and below each its rules; Gatekeeper: the constraint in brackets.
KYVERNO = re.compile(
    r"^(?P<policy>[\w.-]{1,253}):\s*\n\s+(?P<rule>[\w.-]{1,253}): *(?P<said>[^\n]*)", re.MULTILINE
)
GATEKEEPER = re.compile(r"\[(?:denied by )?(?P<rule>[\w.-]{1,253})\] *(?P<said>[^\n]*)")
SCC = "unable to validate against any security context constraint"
FIELD = re.compile(r"\.(?P<field>[A-Za-z]{1,60})(?:\[\w*\])?: Invalid value: (?P<said>[^\n]*)")
#: After each provider's reasons the next begins.
NEXT_PROVIDER = ", provider "
NO_CLASS = re.compile(r'RuntimeClass(?:\.node\.k8s\.io)? "(?P<name>[^"]{1,253})" not found', re.IGNORECASE)
#: Whose a webhook is, by a word of its name, its Service or its namespace.
OWNERS = (
    ("kyverno", "Kyverno"),
    ("gatekeeper", "Gatekeeper"),
    ("warden", "GKE Autopilot"),
    ("istio", "Istio"),
    ("sidecar-injector", "a sidecar injector"),
    ("linkerd", "Linkerd"),
    ("cert-manager", "cert-manager"),
    ("kueue", "Kueue"),
    ("karpenter", "Karpenter"),
    ("aws-load-balancer", "the AWS Load Balancer Controller"),
    ("elbv2", "the AWS Load Balancer Controller"),
    ("vault", "the Vault agent injector"),
    ("datadog", "Datadog"),
    ("keda", "KEDA"),
    ("nvidia", "the NVIDIA GPU operator"),
    ("gpu-operator", "the NVIDIA GPU operator"),
    ("opentelemetry", "the OpenTelemetry operator"),
    ("azure-wi", "Azure Workload Identity"),
    ("azure-policy", "Azure Policy"),
    ("pod-identity", "the Pod Identity webhook"),
)


def explained(rollout: ObservedRollout, message: str) -> Explanation | None:
    """Return which policy or webhook keeps the pods from being made."""
    for teller in (_unreachable, _denied, _native, _constraint, _runtime_class):
        if told := teller(rollout, message):
            return told
    return None


def _unreachable(rollout: ObservedRollout, message: str) -> Explanation | None:
    found = CALLING.search(message)
    if found is None:
        return None
    address = ADDRESS.search(found["said"])
    where = f"{address['namespace']}/{address['service']}" if address else ""
    whose = " ".join(
        filter(None, (owner_of(f"{found['hook']} {where}"), f"(Service {where})" if where else ""))
    )
    of = f" of {whose}" if whose and not whose.startswith("(") else f" {whose}".rstrip()
    why = _innermost(found["said"])
    said = f"the admission webhook {found['hook']}{of} does not answer: {why}"
    see = (
        f"kubectl get pods,endpointslices -n {address['namespace']}"
        if address
        else ("kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations")
    )
    fix = f"Nothing is wrong with the group: have the webhook repaired by its owner. Look at it: {see}"
    return Explanation(UNREACHABLE, said, fix)


def owner_of(names: str) -> str:
    """Return whose a webhook is, empty where nobody knows."""
    lower = names.lower()
    return next((owner for word, owner in OWNERS if word in lower), "")


def _innermost(words: str) -> str:
    """Return the last error of a chain; what is in quotes is an address."""
    plain = re.sub(r'"[^"]{0,500}"', "", words)
    chain = [part.strip() for part in plain.split(": ") if part.strip()]
    certificate = next((at for at, part in enumerate(chain) if part.startswith("x509")), len(chain) - 1)
    return ": ".join(chain[certificate:])[:WORDS] or "no reason is given"


def _denied(_rollout: ObservedRollout, message: str) -> Explanation | None:
    found = HOOK.search(message)
    if found is None:
        return None
    rule, why = _rule(found["hook"], found["said"].strip())
    owner = owner_of(found["hook"])
    if not why or why == "without explanation":
        said = f"the admission webhook {found['hook']} denies the pods, and says not why"
        return Explanation(POLICY, said, "Ask its owner, or read the log of the webhook's pods.", True)
    named = f" (rule {rule})" if rule else ""
    said = f"the policy {found['hook']} denies the pods{named}: {why[:WORDS]}"
    whose = f" {owner} decides it." if owner else ""
    return Explanation(POLICY, said, f"{POLICY.advice}{whose}", True)


def _rule(hook: str, said: str) -> tuple[str, str]:
    """Return the rule that a policy engine names, and its words; the name is empty where it names none."""
    if found := KYVERNO.search(said):
        return f"{found['policy']}/{found['rule']}", found["said"].strip().strip("'\"") or said
    if ("gatekeeper" in hook or "[denied by " in said) and (found := GATEKEEPER.search(said)):
        told = found["said"].strip()
        # Autopilot's words are a list of JSON, by the name of the rule.
        return found["rule"], (told.strip('":[]{}') if told.startswith('":[') else told) or said
    return "", " ".join(said.split())


def _native(_rollout: ObservedRollout, message: str) -> Explanation | None:
    found = NATIVE.search(message)
    if found is None:
        return None
    why = found["said"].strip()[:WORDS] or "without a word"
    said = f"the policy {found['policy']} denies the pods: {why}"
    return Explanation(POLICY, said, POLICY.advice, True)


def _constraint(rollout: ObservedRollout, message: str) -> Explanation | None:
    if SCC not in message:
        return None
    field = FIELD.search(message)
    why = f"{field['field']} {field['said']}" if field else message.partition(SCC)[2].strip(": []")
    why = why.partition(NEXT_PROVIDER)[0]
    said = f"no security context constraint admits the pods: {why[:WORDS].strip(']')}"
    account = rollout.command("update", "--service-account=NAME")
    fix = f"Give the image a USER of the namespace's range, or name an account with another SCC: {account}"
    return Explanation(CONSTRAINT, said, fix, True)


def _runtime_class(_rollout: ObservedRollout, message: str) -> Explanation | None:
    found = NO_CLASS.search(message)
    if found is None:
        return None
    said = f"the RuntimeClass {found['name']} does not exist"
    return Explanation(RUNTIME_CLASS, said, f"{RUNTIME_CLASS.advice} See: kubectl get runtimeclasses", True)
