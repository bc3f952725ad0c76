"""What an update asks of the cluster before the engine starts."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from scaling_group.engine.state import Held
from scaling_group.errors import RolloutFailed
from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.protocols import Report
from scaling_group.operations.update import Update
from scaling_group.records import Record
from scaling_group.spec.edit import Edit
from tests.unit.operations.fakes import (
    ENVIRONMENT,
    FakeCluster,
    FakeReader,
    FakeState,
    FakeWriter,
    context_of,
    objects_of,
    pod_of,
    record_of,
)

RECORD = record_of()


class Noting(FakeWriter):
    """Notes what had been asked of the cluster when the engine started."""

    asked: Counter[tuple[str, ...]]

    def up(self, record: Record, report: Report, *, refresh: bool = True) -> None:
        self.asked = Counter(call[:2] for call in self.cluster.calls)
        super().up(record, report, refresh=refresh)


def test_each_object_is_read_once_before_the_engine_starts():
    cluster = FakeCluster(*objects_of(RECORD), pod_of(RECORD))
    reader = FakeReader({"inference": FakeState(RECORD, exists=True, live=True)})
    writer = Noting(cluster)

    Update("inference", Edit({"replicas": 2}), ChangeOptions("ada@host", None)).run(
        context_of(reader, cluster, writer=writer)
    )

    assert set(writer.asked.values()) == {1}
    assert {kind for _, kind in writer.asked} == {
        "Deployment",
        "EndpointSlice",
        "HTTPRoute",
        "HorizontalPodAutoscaler",
        "Pod",
        "ReplicaSet",
        "Service",
    }


@pytest.mark.parametrize(
    ("recorded", "now", "then"),
    [("gfd", None, "gfd"), (None, None, None), ("gfd", "gke", "gke"), (None, "gfd", "gfd")],
)
def test_nodes_are_chosen_as_recorded_unless_the_settings_say(recorded, now, then):
    record = record_of(spec_gpu="l4:1", environment=ENVIRONMENT.model_copy(update={"gpu_profile": recorded}))
    cluster = FakeCluster(*objects_of(record), pod_of(record))
    writer, told = FakeWriter(cluster), []
    context = context_of(
        FakeReader({"inference": FakeState(record, exists=True, live=True)}),
        cluster,
        told.append,
        writer=writer,
        environment=ENVIRONMENT.model_copy(update={"gpu_profile": now}),
    )

    done = Update("inference", Edit({"env": {"A": "b"}}), ChangeOptions("ada@host", None)).run(context)

    [applied] = [made for verb, made, *_ in writer.done if verb == "up"]
    assert applied.environment.gpu_profile == then
    assert any(change.field == "gpu.profile" for change in done.changes) == (recorded != then)


def test_an_update_without_a_change_of_a_group_that_is_not_available_fails_outside_of_the_lock():
    cluster = FakeCluster(*objects_of(RECORD, available=False), pod_of(RECORD))
    reader = FakeReader({"inference": FakeState(RECORD, exists=True, live=True)})
    writer = FakeWriter(cluster)
    held: list[list[str]] = []

    def update(timeout: float | None) -> bool:
        by = ChangeOptions("ada@host", timeout)
        context = context_of(reader, cluster, lambda _: held.append(list(writer.held)), writer=writer)
        return Update("inference", Edit({"replicas": 1}), by).run(context).applied

    with pytest.raises(RolloutFailed, match="inference is Pending after 30 s"):
        update(30.0)
    assert writer.done == []
    assert {tuple(each) for each in held} == {()}, "others can change it while somebody waits"
    assert update(None) is False


def held_of(record: Record) -> tuple[Held, ...]:
    """Return what a stack holds of a group that the engine has applied."""
    return tuple(
        Held(each["kind"], f"urn::{each['kind']}", each["metadata"]["uid"], record.name)
        for each in objects_of(record)
    )


def is_refreshed(cluster: FakeCluster, reader: FakeReader, change: dict[str, Any]) -> bool | None:
    writer = FakeWriter(cluster)
    Update("inference", Edit(change), ChangeOptions("ada@host", None)).run(
        context_of(reader, cluster, writer=writer)
    )
    return writer.refreshed


def applied(**changes: Any) -> tuple[FakeCluster, FakeReader]:
    """Return a cluster and stacks with one group, whose objects are as the engine has left them."""
    state = {"exists": True, "live": True, "held": held_of(RECORD), **changes}
    return FakeCluster(*objects_of(RECORD), pod_of(RECORD)), FakeReader(
        {"inference": FakeState(RECORD, **state)}
    )


def test_the_engine_does_not_read_again_what_is_as_it_has_left_it():
    assert is_refreshed(*applied(), {"replicas": 2}) is False


def test_it_reads_what_somebody_has_changed():
    cluster, reader = applied()
    cluster.objects[1]["spec"]["ports"] = [{"name": "http", "port": 1, "targetPort": 1}]

    assert is_refreshed(cluster, reader, {"replicas": 2})


@pytest.mark.parametrize("kind", ["Deployment", "Service", "HTTPRoute"])
def test_it_reads_where_an_object_is_gone(kind):
    cluster, reader = applied()
    cluster.remove("inference", kind)

    assert is_refreshed(cluster, reader, {"replicas": 2})


def test_it_reads_where_an_object_is_another_one_of_the_name():
    cluster, reader = applied()
    cluster.objects[1]["metadata"]["uid"] = "another"

    assert is_refreshed(cluster, reader, {"replicas": 2})


def test_it_reads_where_the_stack_does_not_hold_every_object():
    assert is_refreshed(*applied(held=held_of(RECORD)[:2]), {"replicas": 2})


def test_it_reads_after_an_operation_that_was_killed():
    cluster, reader = applied()
    reader.killed = frozenset({"inference"})

    assert is_refreshed(cluster, reader, {"replicas": 2})


def test_it_reads_where_the_next_revision_has_other_objects():
    assert is_refreshed(*applied(), {"autoscale": {"min": 1, "max": 3}})
