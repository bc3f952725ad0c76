"""What an interruption has left, and what is said before pods are without a successor."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from scaling_group.errors import Interrupted, Unreachable
from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.revising import telling_what_was_reached
from scaling_group.operations.rollback import Rollback
from scaling_group.operations.update import Update
from scaling_group.records import Record
from scaling_group.spec.edit import Edit
from tests.unit.operations.fakes import (
    FakeCluster,
    FakePast,
    FakeReader,
    FakeState,
    FakeWriter,
    context_of,
    objects_of,
    record_of,
)

RECORD = record_of(revision=2, spec_port=9090)
BEFORE = record_of()


def told(cluster: FakeCluster, record: Record, error: BaseException) -> Interrupted:
    with pytest.raises(Interrupted) as caught, telling_what_was_reached(cluster, record):
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("record", "perhaps", "verb"),
    [
        (RECORD, "Revision 2 of inference may be partly applied.", "update"),
        (
            RECORD.with_(deleted=datetime(2026, 1, 1, tzinfo=UTC)),
            "Objects of inference may still exist.",
            "delete",
        ),
    ],
)
def test_what_an_unreachable_cluster_leaves_one_command_finishes(record: Record, perhaps: str, verb: str):
    away = Unreachable("the engine could not reach it", detail="connection reset")
    with pytest.raises(Unreachable) as caught, telling_what_was_reached(FakeCluster(), record):
        raise away
    assert caught.value.message == "the engine could not reach it"
    assert caught.value.detail == f"connection reset\n{perhaps}"
    assert caught.value.resolution == f"Finish it with: scaling-group {verb} --name=inference"


def test_what_says_itself_what_to_do_is_left_as_it_is():
    wrong = Unreachable("the engine did not begin", detail="Nothing was changed.", resolution="Set it.")
    with pytest.raises(Unreachable) as caught, telling_what_was_reached(FakeCluster(), RECORD):
        raise wrong
    assert caught.value is wrong


def test_that_a_revision_is_applied_is_said_where_the_cluster_can_no_longer_be_read():
    class Cut(FakeWriter):
        def up(self, record: Record, report: Any, *, refresh: bool = True) -> None:
            super().up(record, report, refresh=refresh)
            self.cluster.trouble = "connection reset"

    cluster = FakeCluster(*objects_of(BEFORE))
    reader = FakeReader({"inference": FakeState(BEFORE, exists=True, live=True)})
    update = Update("inference", Edit({"port": 9090}), ChangeOptions("ada@host", None))
    with pytest.raises(Unreachable) as caught:
        update.run(context_of(reader, cluster, writer=Cut(cluster)))
    assert caught.value.detail == "connection reset\nRevision 2 of inference is applied."
    assert caught.value.resolution == "See it with: scaling-group get --name=inference"


@pytest.mark.parametrize(
    ("applied", "said"),
    [
        ((), "Nothing of revision 2 of inference is applied."),
        (
            (0,),
            "Of revision 2 of inference Deployment are as it says, Service and HTTPRoute not yet.",
        ),
        (
            (0, 1),
            "Of revision 2 of inference Deployment and Service are as it says, HTTPRoute not yet.",
        ),
        ((0, 1, 2), "Revision 2 of inference is fully applied."),
    ],
)
def test_an_interruption_names_the_objects_that_are_as_the_revision_says(applied, said):
    old, new = objects_of(BEFORE), objects_of(RECORD)
    cluster = FakeCluster(*(new[i] if i in applied else old[i] for i in range(3)))

    error = told(cluster, RECORD, Interrupted("interrupted: the engine stopped"))

    assert (error.message, error.detail) == ("interrupted: the engine stopped", said)
    assert "scaling-group get --name=inference" in error.resolution


def test_ctrl_c_between_two_steps_is_told_in_the_same_way():
    error = told(FakeCluster(), RECORD, KeyboardInterrupt())

    assert error.detail == "Nothing of revision 2 of inference is applied."


def test_an_interrupted_delete_names_what_is_left():
    deleted = BEFORE.with_(deleted=datetime(2026, 1, 1, tzinfo=UTC))

    error = told(FakeCluster(*objects_of(BEFORE)[1:]), deleted, Interrupted("interrupted"))

    assert error.detail == "Service and HTTPRoute of inference still exist."
    assert "scaling-group delete --name=inference" in error.resolution
    assert told(FakeCluster(), deleted, Interrupted("x")).detail == "All its objects are gone."


class Gone(FakeCluster):
    def get(self, kind: str, namespace: str, name: str) -> Any:
        raise Unreachable("cannot reach the cluster")


def test_an_interruption_stays_one_where_the_cluster_is_gone_too():
    error = told(Gone(), RECORD, Interrupted("interrupted"))

    assert error.exit_code == 130
    assert error.detail == "The result cannot be read: cannot reach the cluster"


class Impatient(FakeCluster):
    """Somebody presses Ctrl-C again while it is asked."""

    def get(self, kind: str, namespace: str, name: str) -> Any:
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (RECORD, "Revision 2 of inference may be partly applied."),
        (BEFORE.with_(deleted=datetime(2026, 1, 1, tzinfo=UTC)), "Objects of inference may still exist."),
    ],
)
def test_ctrl_c_while_it_is_told_what_was_reached_ends_the_looking_alone(record, said):
    error = told(Impatient(), record, Interrupted("interrupted: the engine stopped"))

    assert (error.message, error.detail) == ("interrupted: the engine stopped", said)
    assert f"--name={record.name}" in error.resolution


GPU = record_of(spec_gpu="nvidia-l4:1", spec_memory="8Gi")


@pytest.mark.parametrize(
    ("before", "values", "gap"),
    [
        (GPU, {"image": "a/b:2"}, True),
        (GPU, {"gpu": "nvidia-l4:2"}, True),
        (BEFORE, {"gpu": "1", "memory": "8Gi"}, True),
        (record_of(spec_gpu="1", spec_replicas=3), {"image": "a/b:2", "replicas": 1}, True),
        # No pod is made anew, there are others, or none served before.
        (GPU, {"replicas": 2}, False),
        (GPU, {"image": "a/b:2", "replicas": 2}, False),
        (record_of(spec_gpu="1", spec_replicas=2), {"image": "a/b:2"}, False),
        (record_of(spec_gpu="1", spec_replicas=0), {"image": "a/b:2", "replicas": 1}, False),
        (BEFORE, {"image": "a/b:2"}, False),
    ],
)
def test_a_gap_is_told_before_the_engine_starts_and_is_in_the_plan(before, values, gap):
    cluster = FakeCluster(*objects_of(before))
    reader = FakeReader({before.name: FakeState(before, exists=True, live=True)})
    writer = FakeWriter(cluster)
    said: list[tuple[str, list[str]]] = []
    update = Update(before.name, Edit(values), ChangeOptions("ada@here", None))

    planned = update.plan(context_of(reader, cluster))

    def report(line: str) -> None:
        said.append((line, writer.verbs()))

    update.run(context_of(reader, cluster, report, writer=writer))

    warned = [
        (line, done) for line, done in said if line.startswith("warning: inference does not serve until")
    ]
    assert [done for _, done in warned] == ([[]] if gap else [])
    assert planned.leaves_gap is gap


def said_after_scaling_by_hand(edit: Edit | None) -> list[str]:
    """Return what is said of a group of 1 replica that somebody has scaled to 8; None: a rollback."""
    record = record_of(revision=2)
    cluster = FakeCluster(*objects_of(record))
    cluster.objects[0]["spec"]["replicas"] = 8
    reader = FakeReader(
        {"inference": FakeState(record, exists=True, live=True)},
        [FakePast(record_of(spec_env={"A": "0"})), FakePast(record)],
    )
    by, said = ChangeOptions("ada@host", None), list[str]()
    verb = Update("inference", edit, by) if edit else Rollback("inference", by, 1)
    verb.run(context_of(reader, cluster, said.append))
    return [line for line in said if "by hand" in line]


@pytest.mark.parametrize("edit", [Edit({"env": {"A": "1"}}), None])
def test_a_replica_count_that_somebody_has_set_is_named_before_it_is_set_back(edit):
    assert said_after_scaling_by_hand(edit) == [
        "warning: inference was changed by hand; this is reverted: Deployment spec.replicas 8 → 1"
    ]


def test_a_replica_count_that_an_update_keeps_is_not_named():
    assert said_after_scaling_by_hand(Edit({"replicas": 8})) == []


def test_a_rollback_without_a_number_passes_over_what_was_never_seen_available():
    first, second = (
        record_of(spec_env={"A": "1"}),
        record_of(revision=2, spec_env={"A": "2"}, last_available=1),
    )
    third = record_of(revision=3, spec_env={"A": "3"}, last_available=1)
    reader = FakeReader(
        {"inference": FakeState(third, exists=True, live=True)},
        [FakePast(first), FakePast(second), FakePast(third)],
    )
    said = list[str]()

    cluster = FakeCluster(*objects_of(third))
    Rollback("inference", ChangeOptions("ada@host", None)).run(context_of(reader, cluster, said.append))

    assert "rolling inference back to revision 1" in said


@pytest.mark.parametrize(
    ("before", "values", "lost"),
    [
        (BEFORE, {"port": 9090}, True),
        (record_of(spec_replicas=3), {"port": 9090, "replicas": 1}, True),
        (BEFORE, {"image": "a/b:2"}, False),
        # No pod serves before or afterwards, or nothing serves meanwhile anyway.
        (record_of(spec_replicas=0), {"port": 9090, "replicas": 1}, False),
        (BEFORE, {"port": 9090, "replicas": 0}, False),
        (GPU, {"port": 9090}, False),
    ],
)
def test_requests_that_a_new_port_loses_are_told_before_the_engine_starts_and_are_in_the_plan(
    before, values, lost
):
    cluster = FakeCluster(*objects_of(before))
    reader = FakeReader({before.name: FakeState(before, exists=True, live=True)})
    writer = FakeWriter(cluster)
    said: list[tuple[str, list[str]]] = []
    update = Update(before.name, Edit(values), ChangeOptions("ada@here", None))

    planned = update.plan(context_of(reader, cluster))
    update.run(context_of(reader, cluster, lambda line: said.append((line, writer.verbs())), writer=writer))

    warned = [(line, done) for line, done in said if line.startswith("warning: requests to inference fail")]
    assert [done for _, done in warned] == ([[]] if lost else [])
    assert all("old pods do not listen on port 9090" in line for line, _ in warned)
    assert planned.loses_requests is lost
