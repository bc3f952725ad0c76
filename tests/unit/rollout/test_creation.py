"""Pods that the API server refuses, in the words of its admission plugins."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.records import Diagnosis
from scaling_group.rollout.diagnose import diagnose
from tests.unit.rollout.situations import event, group, replica_set, snapshot

FORBIDDEN = 'pods "web-5c9d77d8f7-abcde" is forbidden: '


def refused(message: str, replicas: int = 2, **more: Any) -> Diagnosis:
    condition = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": message}
    deployment = group(replicas, replicas=0, updatedReplicas=0, conditions=[condition])
    [diagnosis] = diagnose(snapshot(deployment=deployment, **more))
    return diagnosis


@pytest.mark.parametrize(
    ("message", "category", "said", "terminal"),
    [
        (
            "exceeded quota: gpus, requested: requests.nvidia.com/gpu=2, used: requests.nvidia.com/gpu=3, "
            "limited: requests.nvidia.com/gpu=4",
            "quota-exceeded",
            "the quota gpus is exceeded: requests.nvidia.com/gpu 2 is requested, 3 of 4 is used",
            False,
        ),
        (
            "exceeded quota: q, requested: limits.memory=8Gi, used: limits.memory=0, limited: "
            "limits.memory=4096Mi",
            "quota-exceeded",
            "the quota q is exceeded: limits.memory 8Gi is requested, 0 of 4096Mi is used",
            True,
        ),
        (
            "failed quota: q: must specify limits.cpu for: main",
            "quota-exceeded",
            "the quota q requires the pods to specify limits.cpu for: main",
            True,
        ),
        (
            "[maximum memory usage per Container is 1Gi, but limit is 2Gi, maximum cpu usage per "
            "Container is 1, "
            "but limit is 2]",
            "limit-range",
            "the limits of namespace default forbid the pods: maximum memory usage per Container is "
            "1Gi, but limit "
            "is 2Gi, maximum cpu usage per Container is 1, but limit is 2",
            True,
        ),
        (
            "cpu max limit to request ratio per Container is 4, but provided ratio is 10.000000",
            "limit-range",
            "the limits of namespace default forbid the pods: cpu max limit to request ratio per "
            "Container is 4, "
            "but provided ratio is 10.000000",
            True,
        ),
        (
            'error looking up service account default/robot: serviceaccount "robot" not found',
            "missing-service-account",
            "the service account robot does not exist in namespace default",
            True,
        ),
        (
            # A controller makes it in the first moments of a namespace.
            'error looking up service account default/default: serviceaccount "default" not found',
            "missing-service-account",
            "the service account default does not exist in namespace default",
            False,
        ),
        (
            'violates PodSecurity "restricted:v1.30": unrestricted capabilities (container "main" must set '
            'securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container '
            '"main" must set '
            "securityContext.runAsNonRoot=true)",
            "pod-security",
            "the Pod Security level restricted of namespace default forbids the pods: unrestricted "
            "capabilities, "
            "runAsNonRoot != true",
            True,
        ),
        (
            'admission webhook "validate.kyverno.svc-fail" denied the request: resource Pod/default/web was '
            "blocked: images must be signed",
            "admission-denied",
            "the policy validate.kyverno.svc-fail denies the pods: resource Pod/default/web was "
            "blocked: images must "
            "be signed",
            True,
        ),
        (
            "ValidatingAdmissionPolicy 'registries' with binding 'all' denied request: only images of "
            "registry.example.com",
            "admission-denied",
            "the policy registries denies the pods: only images of registry.example.com",
            True,
        ),
        (
            "unable to create new content in namespace default because it is being terminated",
            "namespace-ending",
            "the namespace default is being deleted",
            True,
        ),
        (
            'Internal error occurred: failed calling webhook "w.example.com": failed to call '
            "webhook: connection "
            "refused",
            "webhook-unreachable",
            "the admission webhook w.example.com does not answer: connection refused",
            False,
        ),
    ],
)
def test_a_refusal_names_its_cause(message: str, category: str, said: str, terminal: bool) -> None:
    diagnosis = refused(FORBIDDEN + message)

    assert (diagnosis.category, diagnosis.terminal) == (category, terminal)
    assert diagnosis.summary == f"{said} (2 of 2 replicas)"
    assert message in diagnosis.detail


def test_the_newest_refusal_counts_and_the_condition_keeps_the_first() -> None:
    first = FORBIDDEN + 'error looking up service account default/robot: serviceaccount "robot" not found'
    newest = (
        f"(combined from similar events): Error creating: {FORBIDDEN}failed quota: q: must specify limits.cpu"
    )
    events = [
        event(replica_set(), "FailedCreate", f"Error creating: {first}", last=2),
        event(replica_set(), "FailedCreate", newest, last=60),
    ]

    assert refused(first, events=events).category == "quota-exceeded"
    assert refused(first).category == "missing-service-account"


def test_replicas_that_could_be_made_are_not_counted() -> None:
    condition = {"type": "ReplicaFailure", "status": "False", "message": "exceeded quota"}

    assert diagnose(snapshot(deployment=group(2, conditions=[condition]))) == []


def hook(name: str) -> str:
    return f'admission webhook "{name}" denied the request: '


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            f"{hook('warden-validating.common-webhooks.networking.gke.io')}GKE Warden rejected the request "
            "because it violates one or more constraints.\nViolations details: "
            '{"[denied by autogke-no-host-port]":["container main specifies host ports [80]"]}',
            "(rule autogke-no-host-port): container main specifies host ports [80",
        ),
        (
            f"{hook('validation.gatekeeper.sh')}[denied by must-own] the label owner is missing",
            "(rule must-own): the label owner is missing",
        ),
        (
            f"{hook('validate.kyverno.svc-fail')}\n\nresource Pod/a/b was blocked due to the following "
            "policies \n\nrun-as:\n  user: 'must not be root'\n",
            "(rule run-as/user): must not be root",
        ),
        (
            'admission webhook "x.example.com" denied the request without explanation',
            "denies the pods, and says not why",
        ),
    ],
)
def test_the_rule_of_a_policy_engine_is_named(message: str, said: str) -> None:
    assert said in refused(message).summary


@pytest.mark.parametrize(
    ("said", "flag"),
    [
        (
            "requests.nvidia.com/gpu=2, used: requests.nvidia.com/gpu=8, limited: requests.nvidia.com/gpu=8",
            "--gpu",
        ),
        ("limits.cpu=4, used: limits.cpu=8, limited: limits.cpu=8", "--cpu"),
        ("pods=1, used: pods=8, limited: pods=8", "--replicas"),
    ],
)
def test_a_quota_advises_less_of_what_it_counts(said: str, flag: str) -> None:
    resolution = refused(f"exceeded quota: team, requested: {said}").resolution

    assert flag in resolution
    assert sum(each in resolution for each in ("--gpu", "--cpu", "--memory", "--replicas")) == 1
