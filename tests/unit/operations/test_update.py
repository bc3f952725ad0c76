"""What an update asks of the cluster before the engine starts."""

from __future__ import annotations

from collections import Counter

import pytest

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

    def up(self, record: Record, report: Report) -> None:
        self.asked = Counter(call[:2] for call in self.cluster.calls)
        super().up(record, report)


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
