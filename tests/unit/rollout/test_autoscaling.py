"""What is read of an autoscaler, whoever made it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scaling_group.rollout.autoscaling import autoscaler_of, autoscalers_among
from scaling_group.rollout.snapshot import Snapshot
from tests.unit.autoscalers import autoscaler, by_keda, cpu, custom, said, scaled_object
from tests.unit.rollout.situations import START, at, event, group

OURS = {"chalk.ai/scaling-group": "11111111-2222-4333-8444-555555555555"}


def ours() -> dict[str, Any]:
    deployment = group(3)
    return {**deployment, "metadata": {**deployment["metadata"], "labels": OURS}}


def seen(*autoscalers: dict[str, Any], **more: Any) -> Snapshot:
    return Snapshot(ours(), autoscalers=autoscalers_among(autoscalers, ours()), **more)


def test_every_metric_has_its_target_and_what_it_is_where_that_is_known():
    metrics = (
        cpu(70, 93),
        custom("pods", "vllm:num_requests_waiting", "5"),
        custom("external", "queue_depth", "20", "31500m", queue="llm"),
    )
    found = autoscaler_of(seen(autoscaler(metrics=metrics, desired=5, labels=OURS)))

    assert found
    assert (found.own, found.desired, found.bounds) == (True, 5, "1-8")
    assert [str(metric) for metric in found.metrics] == [
        "cpu 93% of 70%",
        "vllm:num_requests_waiting unknown of 5",
        "queue_depth{queue=llm} 31.5 of 20",
    ]
    assert [metric.source for metric in found.metrics] == ["resource", "pods", "external"]


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("cpu resource utilization (percentage of request) above target", "cpu above target"),
        ("memory container resource utilization (percentage of request) above target", "memory above target"),
        ("All metrics below target", "All metrics below target"),
        (
            "external metric depth(&LabelSelector{MatchLabels:map[string]string{queue: llm,},"
            "MatchExpressions:[]LabelSelectorRequirement{},}) above target",
            "depth above target",
        ),
    ],
)
def test_the_last_scaling_is_told_by_its_event(reason: str, told: str):
    found = autoscaler(desired=5, labels=OURS, lastScaleTime=at(30))
    events = [
        event(found, "SuccessfulRescale", "New size: 4; reason: All metrics below target", last=20),
        event(found, "SuccessfulRescale", f"New size: 5; reason: {reason}", last=30),
        event(ours(), "ScalingReplicaSet", "Scaled up replica set web-5c9d77d8f7 to 5", last=40),
    ]
    view = autoscaler_of(seen(found, events=events))

    assert view
    assert view.last_reason == f"to 5: {told}"
    assert view.last_scaled
    assert (view.last_scaled - START).total_seconds() == 30


def test_where_no_event_is_left_the_autoscaler_itself_tells_of_it():
    words = "the HPA controller was able to update the target scale to 5"
    found = autoscaler(said("AbleToScale", "True", "SucceededRescale", words), desired=5)
    view = autoscaler_of(seen(found))

    assert view
    assert view.last_reason == words


def test_an_autoscaler_of_somebody_else_is_told_as_theirs():
    other = autoscaler(name="team-hpa")
    view = autoscaler_of(seen(other, autoscaler(name="elsewhere", target="api")))

    assert view
    assert (view.kind, view.name, view.own) == ("HorizontalPodAutoscaler", "team-hpa", False)
    both = autoscaler_of(seen(other, autoscaler(labels=OURS)))
    assert both
    assert (both.name, both.own, both.others) == ("web", True, ("HorizontalPodAutoscaler/team-hpa",))


def test_what_keda_has_made_is_told_as_the_scaled_object():
    found = by_keda(autoscaler(name="keda-hpa-web", labels=OURS))
    view = autoscaler_of(seen(found, scaled_object=scaled_object()))

    assert view
    assert (view.kind, view.name, view.own, view.bounds) == ("ScaledObject", "web", True, "0-8")
    waiting = autoscaler_of(seen(scaled_object=scaled_object()))
    assert waiting
    assert (waiting.kind, waiting.desired, waiting.bounds) == ("ScaledObject", None, "0-8")


def test_one_that_nobody_has_looked_at_yet_wants_nothing_known():
    fresh = autoscaler(labels=OURS)
    view = autoscaler_of(seen({**fresh, "status": {"desiredReplicas": 0, "currentReplicas": 0}}))

    assert view
    assert view.desired is None
    assert [str(metric) for metric in view.metrics] == ["cpu unknown of 70%"]
    blind = autoscaler(said("ScalingActive", "False", "FailedGetPodsMetric"), desired=0, currentReplicas=1)
    off = autoscaler(said("ScalingActive", "False", "ScalingDisabled"), desired=0)
    wanted = [found.desired for each in (blind, off) if (found := autoscaler_of(seen(each)))]
    assert wanted == [None, 0]
    assert autoscaler_of(replace(seen(), autoscalers=())) is None


@pytest.mark.parametrize(
    "target", [{"kind": "StatefulSet"}, {"apiVersion": "argoproj.io/v1alpha1"}, {"name": "x"}]
)
def test_an_autoscaler_of_something_else_is_none_of_the_groups(target: dict[str, str]):
    found = autoscaler()
    found["spec"]["scaleTargetRef"] |= target

    assert autoscalers_among([found], ours()) == []
