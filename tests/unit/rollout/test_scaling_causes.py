"""Why an autoscaler does not scale: the group serves all the same, and is none the worse for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scaling_group.records import Status
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.rollout.status import Judgement, judge
from tests.unit.autoscalers import API_MISSING, autoscaler, by_keda, cpu, custom, said, scaled_object
from tests.unit.rollout.situations import START, event, group, pod, running, snapshot, waiting

Object = dict[str, Any]
READY = [{"type": "Ready", "status": "True"}]
FIRST = "the HPA was unable to compute the replica count: "
SELECTOR = (
    "&LabelSelector{MatchLabels:map[string]string{queue: llm,},"
    "MatchExpressions:[]LabelSelectorRequirement{},}"
)
UNAVAILABLE = "the server is currently unable to handle the request (get pods.metrics.k8s.io)"
EXTERNAL = "unable to fetch metrics from external metrics API: "
CUSTOM = "unable to fetch metrics from custom metrics API: "
RESOURCE = "unable to fetch metrics from resource metrics API: "
CPU = f"{FIRST}failed to get cpu utilization: "
NO_GPU = "0/1 nodes are available: 1 Insufficient nvidia.com/gpu."


def serving(replicas: int = 3, *more: Object, seconds: float = 600, **seen: Any) -> Snapshot:
    """Return a group whose replicas are all ready, so many seconds after START."""
    pods = [pod(f"web-{n}", running(ready=True), phase="Running", conditions=READY) for n in range(replicas)]
    counts = {"readyReplicas": replicas, "availableReplicas": replicas}
    deployment = group(replicas, **counts)
    found = snapshot(*pods, *more, deployment=deployment) if more else Snapshot(deployment, pods=pods)
    return replace(found, taken=START + timedelta(seconds=seconds), **seen)


def inactive(reason: str, message: str, since: float = 1) -> Object:
    return autoscaler(said("ScalingActive", "False", reason, message, since))


def told(seen: Snapshot) -> tuple[Judgement, list[str]]:
    judged = judge(seen)
    return judged, [note.category for note in judged.notes]


@pytest.mark.parametrize(
    ("reason", "message", "category", "words"),
    [
        ("FailedGetResourceMetric", API_MISSING, "metrics-api-missing", "no resource metrics API"),
        (
            "FailedGetPodsMetric",
            f"{FIRST}unable to get metric vllm:num_requests_waiting: {CUSTOM}"
            "no custom metrics API (custom.metrics.k8s.io) registered",
            "metrics-api-missing",
            "no custom metrics API (custom.metrics.k8s.io), so the autoscaler cannot read the metric "
            "vllm:num_requests_waiting",
        ),
        (
            "FailedGetExternalMetric",
            f"{FIRST}unable to get external metric default/queue_depth/{SELECTOR}: {EXTERNAL}"
            "the server could not find the requested resource (get queue_depth.external.metrics.k8s.io)",
            "metrics-api-missing",
            "no external metrics API (external.metrics.k8s.io), so the autoscaler cannot read the metric "
            "queue_depth",
        ),
        (
            "FailedGetResourceMetric",
            f"{FIRST}failed to get memory utilization: unable to get metrics for resource memory: {RESOURCE}"
            f"{UNAVAILABLE}",
            "metrics-api-unavailable",
            "(metrics.k8s.io) does not answer, so the autoscaler cannot read the metric memory",
        ),
        (
            "FailedGetResourceMetric",
            f"{CPU}unable to get metrics for resource cpu: {RESOURCE}"
            "pods.metrics.k8s.io is forbidden: User "
            '"system:serviceaccount:kube-system:horizontal-pod-autoscaler" cannot list resource "pods"',
            "metrics-forbidden",
            "may not read the metric cpu",
        ),
        (
            "FailedGetPodsMetric",
            f"{FIRST}unable to get metric http_requests: {CUSTOM}"
            "the server could not find the metric http_requests for pods",
            "metric-unknown",
            "does not know the metric http_requests",
        ),
        (
            "FailedGetExternalMetric",
            f"{FIRST}unable to get external metric default/s0-prometheus/nil: {EXTERNAL}"
            "no matching metrics found for s0-prometheus",
            "metric-unknown",
            "does not know the metric s0-prometheus",
        ),
        (
            "FailedGetPodsMetric",
            f"{FIRST}unable to get metric http_requests: no metrics returned from custom metrics API",
            "metric-without-samples",
            "no values of the metric http_requests",
        ),
        (
            "FailedGetResourceMetric",
            f"{CPU}did not receive metrics for targeted pods (pods might be unready)",
            "metric-without-samples",
            "no values of the metric",
        ),
        (
            "FailedGetResourceMetric",
            f"{CPU}missing request for cpu in container istio-proxy of Pod web-1",
            "metric-needs-request",
            "the container istio-proxy has no request for cpu",
        ),
        (
            "FailedGetResourceMetric",
            f"{CPU}missing request for cpu",
            "metric-needs-request",
            "the Pod has no request for cpu",
        ),
        (
            "FailedGetResourceMetric",
            f"{CPU}missing pod-level request for cpu in Pod web-1",
            "metric-needs-request",
            "the Pod has no request for cpu",
        ),
        (
            "FailedGetExternalMetric",
            f"{FIRST}unable to get external metric default/queue_depth/nil: {EXTERNAL}bad gateway",
            "metric-unreadable",
            "the metric queue_depth: bad gateway",
        ),
    ],
)
def test_what_keeps_a_metric_from_being_read_is_a_note(reason: str, message: str, category: str, words: str):
    judged, notes = told(serving(autoscalers=[inactive(reason, message)]))

    assert (judged.status, judged.reason, judged.diagnoses) == (Status.AVAILABLE, "", ())
    assert notes == [category]
    assert words in judged.notes[0].summary
    assert message in judged.notes[0].detail


def test_what_to_install_is_said():
    judged, _ = told(serving(autoscalers=[inactive("FailedGetResourceMetric", API_MISSING)]))

    assert judged.notes[0].resolution == "Install metrics-server in the cluster"


def test_new_pods_have_no_values_for_a_while():
    empty = f"{FIRST}failed to get cpu utilization: no metrics returned from resource metrics API"
    strange = (
        f"{FIRST}unable to get metric waiting: {CUSTOM}the server could not find the metric waiting for pods"
    )
    for words, category in ((empty, "metric-without-samples"), (strange, "metric-unknown")):
        found = inactive("FailedGetResourceMetric", words, since=1)

        assert told(serving(seconds=40, autoscalers=[found]))[1] == []
        assert told(serving(seconds=70, autoscalers=[found]))[1] == [category]


def test_what_is_told_of_an_earlier_spec_counts_no_more():
    found = inactive("FailedGetResourceMetric", API_MISSING)
    found["metadata"]["generation"] = 2
    found["status"]["observedGeneration"] = 1

    assert told(serving(autoscalers=[found]))[1] == []


def test_at_the_maximum_it_says_since_when_and_how_far_over():
    limited = said("ScalingLimited", "True", "TooManyReplicas", "the desired replica count is more", since=60)
    metrics = (cpu(70, 140), custom("pods", "waiting", "5"))
    judged, notes = told(serving(8, autoscalers=[autoscaler(limited, metrics=metrics, desired=8)]))

    assert (judged.status, notes) == (Status.AVAILABLE, ["at-maximum"])
    assert judged.notes[0].summary == (
        "at the maximum of 8 replicas since 2026-01-01 00:01:00 UTC, and the metrics ask for more: "
        "cpu 140% of 70%"
    )


def test_a_maximum_of_before_the_metrics_were_lost_counts_no_more():
    limited = said("ScalingLimited", "True", "TooManyReplicas")
    lost = said("ScalingActive", "False", "FailedGetResourceMetric", API_MISSING)

    assert told(serving(8, autoscalers=[autoscaler(limited, lost)]))[1] == ["metrics-api-missing"]


@pytest.mark.parametrize("reason", ["TooFewReplicas", "ScaleUpLimit", "ScaleDownLimit"])
def test_a_limit_that_is_no_maximum_is_no_trouble(reason: str):
    found = autoscaler(said("ScalingLimited", "True", reason))

    assert told(serving(autoscalers=[found]))[1] == []


@pytest.mark.parametrize(
    "words",
    [
        "pods by selector app=web are controlled by multiple HPAs: [default/web default/team]",
        "pods by selector app=web are controlled by more than one HPA (e.g. [default/web default/team])",
    ],
)
def test_two_autoscalers_are_named(words: str):
    ambiguous = said("ScalingActive", "False", "AmbiguousSelector", words)
    names = "two autoscalers scale the Pods: HorizontalPodAutoscaler/team and HorizontalPodAutoscaler/web"

    one, _ = told(serving(autoscalers=[autoscaler(ambiguous)]))
    both, _ = told(serving(autoscalers=[autoscaler(ambiguous), autoscaler(ambiguous, name="team")]))
    assert [note.summary for note in one.notes] == [names]
    assert [note.summary for note in both.notes] == [names]


def test_replicas_that_were_set_to_0_switch_an_autoscaler_off():
    off = said(
        "ScalingActive", "False", "ScalingDisabled", "scaling is disabled since the replica count is zero"
    )
    found = autoscaler(off, desired=0)
    judged, notes = told(serving(0, autoscalers=[found]))

    assert (judged.status, notes) == (Status.SCALED_TO_ZERO, ["scaling-disabled"])
    assert told(serving(0, autoscalers=[by_keda(found)]))[1] == []


def test_a_controller_that_may_not_set_the_replicas_says_why():
    words = "the HPA controller was unable to update the target scale: admission webhook denied the request"
    found = autoscaler(said("AbleToScale", "False", "FailedUpdateScale", words))
    judged, notes = told(serving(autoscalers=[found]))

    assert notes == ["autoscaler-unable"]
    assert judged.notes[0].summary.endswith("set the replicas: admission webhook denied the request")


def test_pods_that_have_no_place_hold_an_autoscaler_up():
    ready = [pod(f"web-{n}", running(ready=True), phase="Running", conditions=READY) for n in range(3)]
    placeless = [pod(f"web-{n}", unscheduled=NO_GPU, phase="Pending") for n in (3, 4)]
    deployment = group(5, readyReplicas=3, availableReplicas=3)
    node = {"metadata": {"name": "node1"}, "status": {"allocatable": {"nvidia.com/gpu": "3"}}}
    found = Snapshot(deployment, pods=[*ready, *placeless], nodes=[node], autoscalers=[autoscaler(desired=5)])
    judged = judge(found)

    assert judged.diagnoses[0].category == "autoscaler-held-up"
    assert judged.diagnoses[0].summary.startswith("the autoscaler wants 5 replicas and 3 are ready: no node ")
    assert judged.reason == judged.diagnoses[0].summary
    assert len(judged.diagnoses) == 2
    alone = judge(replace(found, autoscalers=[]))
    assert (alone.status, alone.diagnoses) == (judged.status, judged.diagnoses[1:])


def test_a_scaled_object_that_nobody_answers_for_tells_of_a_missing_keda():
    assert told(serving(seconds=30, scaled_object=scaled_object()))[1] == []
    assert told(serving(seconds=90, scaled_object=scaled_object()))[1] == ["keda-silent"]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (
            said(
                "Ready", "False", "TriggerError", "Triggers defined in ScaledObject are not working correctly"
            ),
            "",
        ),
        (said("Ready", "Unknown", "PartialTriggerError", "Some triggers are not working correctly"), ""),
        (said("Ready", "False", "ScaledObjectCheckFailed", "ScaledObject doesn't have correct triggers"), ""),
        (said("Fallback", "True", "FallbackExists", "At least one trigger is falling back"), ""),
        (
            said("Ready", "False", "TriggerError", "not working"),
            "prometheus query api returned error. status: 503",
        ),
    ],
)
def test_a_trigger_of_keda_that_fails_is_told_with_its_words(condition: Object, words: str):
    made = scaled_object(condition)
    unknown = inactive("FailedGetExternalMetric", f"{FIRST}no matching metrics found for s0-prometheus")
    events = [event(made, "KEDAScalerFailed", words)] if words else []
    seen = serving(scaled_object=made, autoscalers=[by_keda(unknown)], events=events)
    judged, notes = told(seen)

    assert (judged.status, notes) == (Status.AVAILABLE, ["keda-trigger-failing"])
    assert judged.notes[0].summary.endswith(words or condition["message"])


def test_a_scaled_object_that_works_is_told_nothing_of():
    made = scaled_object(
        said("Ready", "True", "ScaledObjectReady"), said("Fallback", "False", "NoFallbackFound")
    )

    assert told(serving(scaled_object=made, autoscalers=[by_keda(autoscaler())]))[1] == []


def test_notes_come_beside_the_cause_of_a_group_in_trouble():
    crashed = pod(
        "web-1", running(restartCount=3, lastState={"terminated": {"exitCode": 3, "reason": "Error"}})
    )
    found = Snapshot(group(), pods=[crashed], autoscalers=[inactive("FailedGetResourceMetric", API_MISSING)])
    judged = judge(replace(found, taken=START + timedelta(seconds=90)))

    assert judged.status is not Status.AVAILABLE
    assert [note.category for note in judged.notes] == ["metrics-api-missing"]
    assert judged.notes[0].summary not in judged.reason


def test_while_an_autoscaler_adds_replicas_the_group_is_none_the_worse():
    complete = {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"}
    deployment = group(5, readyReplicas=3, availableReplicas=3, conditions=[complete])
    ready = [pod(f"web-{n}", running(ready=True), phase="Running", conditions=READY) for n in range(3)]
    starting = [pod(f"web-{n}", waiting("ContainerCreating"), phase="Pending") for n in (3, 4)]
    found = Snapshot(deployment, pods=[*ready, *starting], autoscalers=[autoscaler(desired=5)])

    assert judge(found).status is Status.UPDATING
    assert judge(replace(found, autoscalers=None)).status is Status.DEGRADED
