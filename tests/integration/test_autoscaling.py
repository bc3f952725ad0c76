"""Autoscalers of the cluster follow metrics: what groups that scale are tried on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.autoscalers import KNOWN, WAITING, Scaled, by_cpu, by_pods, by_queue
from tests.integration.load import Load

pytestmark = pytest.mark.integration

LINES = {"pods": f'{WAITING}{{deployment="web"}} %s', "external": 'queue_depth{queue="llm"} %s'}
WITHIN = ("False", "DesiredWithinRange")


@pytest.mark.parametrize("metric", [by_pods(), by_queue()], ids=["pods", "external"])
def test_an_autoscaler_follows_a_load(load: Load, metric: dict[str, Any]) -> None:
    web = Scaled(load, metric)
    web.becomes(1, ScalingActive=("False", web.unknown))
    for amount, replicas, limited in (
        (20, 4, WITHIN),
        (4, 1, WITHIN),
        (1000, 4, ("True", "TooManyReplicas")),
        ("NaN", 1, ("True", "TooFewReplicas")),
    ):
        load.put(**{key: line % amount for key, line in LINES.items()})
        web.becomes(replicas, ScalingActive=KNOWN, ScalingLimited=limited)


def test_an_autoscaler_follows_what_pods_use(load: Load) -> None:
    """The path by metrics-server, which looks every ten seconds and says nothing before its second look."""
    load.put(pods='cpu{deployment="web"} 2')
    Scaled(load, by_cpu()).becomes(4, ScalingActive=KNOWN)
