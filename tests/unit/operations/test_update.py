"""What an update asks of the cluster before the engine starts."""

from __future__ import annotations

from collections import Counter

from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.protocols import Report
from scaling_group.operations.update import Update
from scaling_group.records import Record
from scaling_group.spec.edit import Edit
from tests.unit.operations.fakes import (
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
        "Pod",
        "ReplicaSet",
        "Service",
    }
