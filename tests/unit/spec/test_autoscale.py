"""Autoscaling in the spec: what is legal, what an edit keeps, what deserves a second look."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.errors import InvalidInput
from scaling_group.spec.change import changes_between
from scaling_group.spec.edit import Edit
from scaling_group.spec.group import GroupSpec, group_spec
from scaling_group.spec.warnings import warnings_of

BASE = {"image": "my-registry/my-server:v1", "name": "inference", "port": 8080, "cpu": "1"}
PROMETHEUS = {"server": "http://prometheus:9090", "query": "sum(waiting)", "threshold": 5}


def scaled(**autoscale: Any) -> GroupSpec:
    return group_spec({**BASE, "autoscale": {"max": 8, **autoscale}})


def schedule(begin: str, end: str, replicas: int = 2, **more: str) -> dict[str, Any]:
    return {"from": begin, "to": end, "replicas": replicas, **more}


@pytest.mark.parametrize(
    ("autoscale", "kind"),
    [
        ({}, "HorizontalPodAutoscaler"),
        ({"cpu": 70, "memory": 80, "pods": {"waiting": 5}}, "HorizontalPodAutoscaler"),
        ({"min": 0, "external": {"queue": 20}}, "HorizontalPodAutoscaler"),
        ({"min": 0, "prometheus": PROMETHEUS}, "ScaledObject"),
        ({"schedule": [schedule("0 8 * * *", "0 18 * * *")], "cpu": 70}, "ScaledObject"),
    ],
)
def test_what_is_asked_for_says_what_scales_the_group(autoscale, kind):
    assert scaled(**autoscale).autoscaler_kind == kind


@pytest.mark.parametrize(
    ("autoscale", "told"),
    [
        ({"min": 9}, "min 9 must not be more than max 8."),
        ({"min": 0, "cpu": 70}, "min 0 needs external, prometheus or schedule"),
        ({"pods": {"waiting": 5}, "prometheus": PROMETHEUS}, "pods cannot stand beside prometheus"),
        ({"schedule": [schedule("0 8 * * *", "0 18 * * *", 9)]}, "schedule: 9 must not be more than max 8."),
        ({"schedule": [schedule("0 8 * * *", "0  8 * * *")]}, "from and to are the same time"),
        ({"schedule": [schedule("0 8 30 2 *", "0 9 * * *")]}, "'0 8 30 2 *' is not a time of cron"),
        ({"schedule": [schedule("0 8 * * *", "0 9 * * *")] * 51}, "at most 50 items"),
        ({"external": {"a{b=1,c=2}": 1, "a{c=2, b=1}": 2}}, "names a metric twice"),
        ({"prometheus": {**PROMETHEUS, "server": "http://me:secret@x"}}, "'http://***@x' holds credentials"),
    ],
)
def test_what_cannot_be_is_refused(autoscale, told):
    with pytest.raises(InvalidInput) as caught:
        scaled(**autoscale)

    assert told in caught.value.faults[0].message
    assert "secret" not in str(caught.value.faults)


def test_an_edit_changes_single_parts_of_autoscaling():
    before = scaled(cpu=70, scale_down={"window": "10m"})

    after = Edit({"autoscale": {"max": 9, "memory": 80}}, ("autoscale.cpu",)).apply(before)

    assert after.model_dump(exclude_defaults=True)["autoscale"] == {
        "max": 9,
        "memory": 80,
        "scale_down": {"window": 600},
    }
    assert [str(change) for change in changes_between(before, after)] == [
        "autoscale.cpu 70 → (unset)",
        "autoscale.max 8 → 9",
        "autoscale.memory (unset) → 80",
    ]


def test_a_group_with_a_number_of_pods_gets_autoscaling_in_its_place():
    before = group_spec({**BASE, "replicas": 3})

    after = Edit({"autoscale": {"min": 2, "max": 8}}).apply(before)

    assert [str(change) for change in changes_between(before, after)] == [
        "replicas 3 → (unset)",
        "autoscale.max (unset) → 8",
        "autoscale.min (unset) → 2",
    ]
    assert Edit({"replicas": 4}, ("autoscale",)).apply(after).replicas == 4
    with pytest.raises(InvalidInput) as caught:
        Edit({"replicas": 4}).apply(after)
    [fault] = caught.value.faults
    assert (fault.field, "--no-autoscale --replicas=4" in fault.message) == ("replicas", True)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"cpu": None, "autoscale": {"max": 2}}, "the cpu target of 80% is of the request"),
        ({"autoscale": {"max": 2, "memory": 70}}, "the memory target of 70% is of the request"),
        ({"autoscale": {"max": 2}, "gpu": "1", "memory": "8Gi"}, "a GPU group that scales by CPU"),
        ({"autoscale": {"max": 2, "min": 0, "external": {"a": 1}}}, "a group that sleeps answers 503"),
        (
            {
                "autoscale": {
                    "max": 4,
                    "schedule": [
                        schedule("0 8 * * 1-5", "0 18 * * 1-5", timezone="Europe/Berlin"),
                        schedule("0 16 * * 5", "0 20 * * 5", 3),
                    ],
                }
            },
            "schedules overlap, and the larger one counts: 2 from '0 8 * * 1-5'",
        ),
    ],
)
def test_what_is_legal_and_likely_not_intended_is_said(fields, told):
    assert [told in warning for warning in warnings_of(group_spec({**BASE, **fields}))] == [True]


@pytest.mark.parametrize(
    "autoscale",
    [
        {"max": 2, "pods": {"waiting": 5}},
        {"max": 2, "cpu": 70},
        {
            "max": 4,
            "schedule": [
                schedule("0 8 * * 1-5", "0 18 * * 1-5", timezone="Europe/Berlin"),
                # 18 o'clock in Berlin is 17 o'clock UTC at the latest.
                schedule("0 17 * * 5", "0 20 * * 5", 3),
            ],
        },
    ],
)
def test_the_usual_needs_no_second_look(autoscale):
    assert warnings_of(group_spec({**BASE, "autoscale": autoscale})) == ()
