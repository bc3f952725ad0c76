"""Logs of several pods as one."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.errors import Failed, NotFound
from scaling_group.operations.logs import Logs
from tests.unit.operations.fakes import (
    FakeCluster,
    FakeReader,
    FakeState,
    context_of,
    objects_of,
    pod_of,
    record_of,
    silent,
)

RECORD = record_of()
READER = FakeReader({"inference": FakeState(RECORD, exists=True, live=True)})
RUNNING = {"restartCount": 0, "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}


def pod(name: str, **status: Any) -> dict[str, Any]:
    found = pod_of(RECORD, **(status or RUNNING))
    return {**found, "metadata": {**found["metadata"], "name": name}}


def cluster_of(**logs: list[str]) -> FakeCluster:
    """A cluster with a pod for each log; an underscore stands for a dash."""
    named = {name.replace("_", "-"): lines for name, lines in logs.items()}
    cluster = FakeCluster(*objects_of(RECORD), *[pod(name) for name in named])
    cluster.logs = named
    return cluster


def lines(cluster: FakeCluster, report=silent, **options: Any) -> list[tuple[str, str]]:
    logs = Logs("inference", **options)
    return [(line.pod, line.text) for line in logs.run(context_of(READER, cluster, report))]


def at(second: float, text: str) -> str:
    return f"2026-01-01T00:00:{second:09.6f}000Z {text}"


def test_lines_of_replicas_are_merged_by_time():
    cluster = cluster_of(a=[at(1, "one"), at(4, "four")], b=[at(2, "two"), at(3, "three")])

    assert lines(cluster) == [("a", "one"), ("b", "two"), ("b", "three"), ("a", "four")]


def test_a_line_keeps_its_blanks_and_one_without_a_time_is_kept():
    assert lines(cluster_of(a=["nobody knows when", at(1, "  indented  "), at(2, "")])) == [
        ("a", "nobody knows when"),
        ("a", "  indented  "),
        ("a", ""),
    ]


@pytest.mark.parametrize("replica", ["1", "b"])
def test_one_replica_is_chosen_by_number_or_name(replica):
    cluster = cluster_of(b=[at(1, "mine")], a=[at(1, "other")])

    assert lines(cluster, replica=replica) == [("b", "mine")]


@pytest.mark.parametrize("replica", ["2", "-1", "c"])
def test_a_replica_that_there_is_not_is_answered_with_those_there_are(replica):
    with pytest.raises(NotFound) as caught:
        lines(cluster_of(a=[], b=[]), replica=replica)

    assert caught.value.detail == "0: a\n1: b"


def test_a_replica_without_a_log_is_named_and_the_others_are_shown():
    cluster = cluster_of(a=[at(1, "here")])
    cluster.objects.append(pod("b"))
    said: list[str] = []

    assert lines(cluster, said.append) == [("a", "here")]
    assert said == ["b: no log of b"]


def test_no_log_at_all_is_a_failure_with_the_reason_of_each():
    cluster = cluster_of(a=[])
    cluster.logs = {}

    with pytest.raises(Failed, match="no replica has a log of an earlier run") as caught:
        lines(cluster, previous=True)

    assert caught.value.detail == "a: no log of a before"


def test_a_group_without_pods_has_no_logs():
    with pytest.raises(Failed, match="inference has no pods"):
        lines(FakeCluster(*objects_of(RECORD)))


def test_following_goes_on_with_new_pods_and_new_runs_until_none_is_left():
    cluster = cluster_of(a=[at(1, "first")])
    looks = iter(range(1000))

    def turn(seen: FakeCluster) -> None:
        look = next(looks)
        if look == 3:
            seen.objects.append(pod("b"))
            seen.logs["b"] = [at(2, "new pod")]
        if look == 6:
            seen.objects = [found for found in seen.objects if found["metadata"]["name"] != "a"]
            seen.objects.append(pod("a", **{**RUNNING, "restartCount": 1}))
            seen.logs["a"] = [at(1, "first"), at(3, "second run")]
        if look == 12:
            seen.objects = []

    cluster.on_look = turn

    found = lines(cluster, follow=True)

    assert sorted(found) == [("a", "first"), ("a", "second run"), ("b", "new pod")]
