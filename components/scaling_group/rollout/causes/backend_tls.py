"""A BackendTLSPolicy of somebody's: the gateway is to speak TLS with the group's Service, and cannot.

https://gateway-api.sigs.k8s.io/api-types/backendtlspolicy/
"""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.rollout.fields import (
    Object,
    condition_text,
    instant,
    is_current,
    message,
    name_of,
    part,
    parts,
    text,
)
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout

SPEC = "https://gateway-api.sigs.k8s.io/api-types/backendtlspolicy/"
UNUSABLE = Cause(
    "backend-tls-policy",
    "The gateway is to speak TLS with the group's Service, and cannot use the BackendTLSPolicy that says so: "
    "its clients get a 5xx.",
    "Make the ConfigMap with the key `ca.crt` that the policy names, or delete the policy.",
    source=f"{SPEC}, https://gateway-api.sigs.k8s.io/geps/gep-1897/",
    example="Gateway gateway-system/gateway cannot use the BackendTLSPolicy llm-tls: CA Certificate does not "
    "exist: ml/llm-ca",
)
CONFLICT = Cause(
    "backend-tls-conflict",
    "A BackendTLSPolicy for the group's Service is not in effect, since an older one is for the Service too.",
    "Delete one of the two.",
    source=f"{SPEC}, https://gateway-api.sigs.k8s.io/geps/gep-713/",
    example="the BackendTLSPolicy llm-tls is not in effect at Gateway gateway-system/gateway: "
    "the BackendTLSPolicy llm-tls-old for the Service llm comes first",
    # The gateway speaks TLS as the older one says.
    note=True,
)
CAUSES = (UNUSABLE, CONFLICT)
#: What says why, before what follows from it.
ORDER = ("ResolvedRefs", "Accepted")


def find(rollout: ObservedRollout) -> Iterator[Finding]:
    """Yield each policy for the group's Service that a gateway of its route refuses."""
    policies = [each for each in rollout.seen.backend_policies if _is_for(rollout, each)]
    for policy in policies:
        for answer in parts(policy, "status", "ancestors"):
            said = _refusal(policy, answer)
            if said and _is_gateway_of(rollout, policy, part(answer, "ancestorRef")):
                yield _told(rollout, policies, policy, part(answer, "ancestorRef"), said)


def unspecified(rollout: ObservedRollout, where: str, said: Object) -> Finding:
    """Return the cause of a route of which its gateway says that TLS with the Service is not possible."""
    found = next((each for each in find(rollout) if each.cause is UNUSABLE), None)
    why = message(said, "message") or text(said, "reason")
    return found or Finding(
        UNUSABLE,
        f"{where} cannot speak TLS with the Service {rollout.name}: {why}",
        f"See what asks for TLS: kubectl get backendtlspolicies -n {rollout.namespace} -o yaml",
    )


def _is_for(rollout: ObservedRollout, policy: Object) -> bool:
    """Return whether a policy is for the group's Service, or for one of its ports."""
    ports = [text(port, "name") for port in parts(rollout.seen.service, "spec", "ports")]
    return text(policy, "metadata", "namespace") == rollout.namespace and any(
        (text(ref, "kind"), text(ref, "name")) == ("Service", rollout.name)
        and (not ports or text(ref, "sectionName") in ("", *ports))
        for ref in parts(policy, "spec", "targetRefs")
    )


def _is_gateway_of(rollout: ObservedRollout, policy: Object, ref: Object) -> bool:
    own = text(policy, "metadata", "namespace")
    gateways = {
        (text(parent, "namespace") or rollout.namespace, text(parent, "name"))
        for parent in parts(rollout.seen.route, "spec", "parentRefs")
    }
    gateway = (text(ref, "namespace") or own, text(ref, "name"))
    return (text(ref, "kind") or "Gateway") == "Gateway" and (not gateways or gateway in gateways)


def _refusal(policy: Object, answer: Object) -> Object:
    """Return the condition that says most of why a policy is refused, empty where it is not."""
    refused = {
        text(said, "type"): said
        for said in parts(answer, "conditions")
        if said.get("status") == "False" and is_current(said, policy)
    }
    return next((refused[kind] for kind in ORDER if kind in refused), {})


def _told(
    rollout: ObservedRollout, policies: list[Object], policy: Object, ref: Object, said: Object
) -> Finding:
    name, reason = name_of(policy), text(said, "reason")
    where = f"Gateway {text(ref, 'namespace') or rollout.namespace}/{text(ref, 'name')}"
    evidence = f"BackendTLSPolicy {name}: {condition_text(said)}"
    since = instant(said, "lastTransitionTime")
    if reason == "Conflicted":
        first = min((each for each in policies if each is not policy), key=_precedence, default=None)
        other = f"the BackendTLSPolicy {name_of(first)}" if first else "another policy"
        return Finding(
            CONFLICT,
            f"the BackendTLSPolicy {name} is not in effect at {where}: {other} for the Service "
            f"{rollout.name} comes first",
            f"Delete one of them: kubectl get backendtlspolicies -n {rollout.namespace}",
            detail=evidence,
            since=since,
        )
    return Finding(
        UNUSABLE,
        f"{where} cannot use the BackendTLSPolicy {name}: {message(said, 'message') or reason}",
        _fix(rollout, policy, reason),
        detail=evidence,
        since=since,
    )


def _precedence(policy: Object) -> tuple[str, str]:
    return text(policy, "metadata", "creationTimestamp"), name_of(policy)


def _fix(rollout: ObservedRollout, policy: Object, reason: str) -> str:
    named = [text(ref, "name") for ref in parts(policy, "spec", "validation", "caCertificateRefs")]
    edit = f"kubectl edit backendtlspolicy -n {rollout.namespace} {name_of(policy)}"
    if reason == "InvalidKind":
        return f"Name a ConfigMap in its validation.caCertificateRefs, which every gateway takes: {edit}"
    if reason in ("InvalidCACertificateRef", "NoValidCACertificate") and named:
        return (
            f"Put the CA's certificate in PEM under the key ca.crt of the ConfigMap {', '.join(named)} in "
            f"namespace {rollout.namespace}, or delete the policy."
        )
    return f"Correct it ({edit}), or delete it."
