"""What needs a cluster of its own: servers of metrics that end, replicas down to 0, and the kinds of KEDA."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given

from scaling_group.operations.render import render
from scaling_group.spec.group import group_spec
from tests.integration.autoscalers import KNOWN, Scaled, by_queue
from tests.integration.load import Load
from tests.integration.terminal import Terminal
from tests.integration.test_spec_against_api import SCALERS, DryRun, assert_taken, contains
from tests.integration.waiting import new_namespace, wait_until
from tests.strategies import autoscales
from tools.autoscaling.place import CUSTOM_METRICS, KEDA
from tools.local_cluster.cluster import LocalCluster

pytestmark = pytest.mark.integration

#: Where an autoscaler may ask for 0 replicas without a gate.
ZERO_BY_DEFAULT = "1.37"


@pytest.fixture(scope="module")
def apart(
    toolchain: Path, autoscaling: Path, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[LocalCluster]:
    gates = () if pytestconfig.getoption("--kubernetes") == ZERO_BY_DEFAULT else ("HPAScaleToZero",)
    cluster = LocalCluster(tmp_path_factory.mktemp("apart") / "cluster", toolchain, gates=gates)
    try:
        cluster.up()
        cluster.start_metrics(autoscaling)
        cluster.add_kinds(autoscaling / KEDA)
        yield cluster
    finally:
        cluster.down(wipe=True)


def test_an_autoscaler_goes_down_to_0_and_says_when_its_metric_is_gone(
    apart: LocalCluster, autoscaling: Path
) -> None:
    load = Load(apart, new_namespace(apart))
    web = Scaled(load, by_queue(), fewest=0)
    for amount, replicas in ((0, 0), (20, 4), (0, 0), (5, 1)):
        load.put(external=f'queue_depth{{queue="llm"}} {amount}')
        web.becomes(replicas, ScalingActive=KNOWN)

    apart.stop(CUSTOM_METRICS)
    web.becomes(1, ScalingActive=("False", web.unknown))
    apart.start_metrics(autoscaling)
    web.becomes(1, ScalingActive=KNOWN)


def test_what_scales_a_legal_group_is_taken_without_error_or_warning(apart: LocalCluster) -> None:
    api = DryRun(apart, new_namespace(apart))
    kinds = Counter[str]()

    @given(autoscales())
    def check(autoscale: dict[str, Any]) -> None:
        group = {"name": "web", "image": "a", "port": 1, "autoscale": autoscale}
        for item in render(group_spec(group), api.environment):
            if item["kind"] in SCALERS:
                assert_taken(item, api.create)
                assert contains(assert_taken(item, api.apply), item)
                kinds[item["kind"]] += 1

    check()
    api.close()
    assert kinds.keys() == SCALERS.keys()


def test_a_group_sleeps_without_load_and_wakes_with_it(apart: LocalCluster, terminal: Terminal) -> None:
    there = dataclasses.replace(terminal, cluster=apart, namespace=new_namespace(apart))
    load = Load(apart, there.namespace)
    autoscale = {"min": 0, "max": 4, "external": {"queue_depth{queue=llm}": 5}, "scale_down": {"window": 0}}
    group = {"name": "web", "image": "my-registry/server:v1", "port": 8080, "autoscale": autoscale}
    (there.folder / "web.yaml").write_text(yaml.safe_dump(group))

    def has(replicas: int) -> bool:
        return bool(there.objects("web")["deployment"]["spec"]["replicas"] == replicas)

    load.put(external='queue_depth{queue="llm"} 5')
    applied = there.group("apply", "-f", "web.yaml")
    assert applied.returncode == 0, applied.stderr
    for amount, replicas in ((0, 0), (20, 4)):
        load.put(external=f'queue_depth{{queue="llm"}} {amount}')
        wait_until(lambda wanted=replicas: has(wanted))
    there.data("delete", "web")


def test_a_group_has_one_object_that_scales_it_whichever_kind_it_is(
    apart: LocalCluster, terminal: Terminal
) -> None:
    there = dataclasses.replace(terminal, cluster=apart, namespace=new_namespace(apart))
    scheduled = [{"from": "0 8 * * 1-5", "to": "0 18 * * 1-5", "replicas": 2}]
    for autoscale, scaled_by in (
        ({"max": 3}, ["HorizontalPodAutoscaler"]),
        ({"max": 3, "schedule": scheduled}, ["ScaledObject"]),
        ({"max": 3}, ["HorizontalPodAutoscaler"]),
    ):
        group = {"name": "web", "image": "my-registry/server:v1", "port": 8080, "autoscale": autoscale}
        (there.folder / "web.yaml").write_text(yaml.safe_dump(group))
        applied = there.group("apply", "-f", "web.yaml")
        assert applied.returncode == 0, applied.stderr
        found = [apart.api.get(path.format(there.namespace)) or {} for path in SCALERS.values()]
        assert [item["kind"].removesuffix("List") for item in found if item["items"]] == scaled_by
    there.data("delete", "web")
    assert not any((apart.api.get(path.format(there.namespace)) or {})["items"] for path in SCALERS.values())
