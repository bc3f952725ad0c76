"""Bringing a group under this backend."""

from __future__ import annotations

import pytest

from scaling_group.errors import Conflict, InvalidInput, NotFound
from scaling_group.operations.adopt import Adopt
from scaling_group.operations.applying import ChangeOptions
from scaling_group.records import Action, Record
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec
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

NAME = "inference"
THEIRS = record_of(NAME, revision=3, backend="file:///home/ada/state", action=Action.UPDATE)
ADOPT = Adopt(NAME, ChangeOptions("bob@here", None, "hers is lost", "s3://states"))


def adopted_by(reader: FakeReader, cluster: FakeCluster) -> tuple[list[str], Record]:
    writer = FakeWriter(cluster)
    ADOPT.run(context_of(reader, cluster, writer=writer))
    return writer.verbs(), writer.done[-1][1]


def test_a_new_stack_takes_over_what_is_there_and_goes_on_with_its_numbers():
    verbs, record = adopted_by(FakeReader(), FakeCluster(*objects_of(THEIRS)))

    assert verbs == ["create_stack", "adopt", "up"]
    said = (record.id, record.revision, record.action, record.adopted, record.backend)
    assert said == (THEIRS.id, 4, Action.ADOPT, 1, "s3://states")


def test_a_name_that_was_used_here_before_goes_on_with_the_higher_number():
    mine = record_of(NAME, id="another", revision=9)
    known = FakeReader({NAME: FakeState(mine, exists=True)}, [FakePast(mine)])

    verbs, record = adopted_by(known, FakeCluster(*objects_of(THEIRS)))

    assert verbs == ["adopt", "up"]
    assert record.revision == 10


def test_what_was_adopted_elsewhere_is_adopted_back():
    mine = FakeState(THEIRS.with_(revision=2), exists=True, live=True)
    cluster = FakeCluster(*objects_of(THEIRS.with_(adopted=1)))

    assert adopted_by(FakeReader({NAME: mine}), cluster)[1].adopted == 2


@pytest.mark.parametrize(
    ("record", "state", "error", "message"),
    [
        (THEIRS, FakeState(THEIRS, True, True), Conflict, "belongs to this backend already"),
        (THEIRS, FakeState(THEIRS, True, False), NotFound, "is deleted"),
        (THEIRS.with_(source="shop/prod"), FakeState(), Conflict, "belongs to a Pulumi program"),
        (record_of("other"), FakeState(), NotFound, "there is no scaling group"),
    ],
)
def test_nothing_else_is_adopted(record: Record, state: FakeState, error: type[Exception], message: str):
    cluster = FakeCluster(*objects_of(record))
    writer = FakeWriter(cluster)

    with pytest.raises(error, match=message):
        ADOPT.run(context_of(FakeReader({NAME: state}), cluster, writer=writer))
    assert writer.done == []


def test_an_object_of_somebody_else_under_its_name_stops_it():
    cluster = FakeCluster(*objects_of(THEIRS))
    cluster.objects[1]["metadata"]["labels"] = {}

    with pytest.raises(Conflict, match="the Service default/inference does not belong to this group"):
        ADOPT.run(context_of(FakeReader(), cluster))


def test_the_guardrails_are_asked():
    def guard(spec: GroupSpec, environment: EnvironmentSpec) -> None:
        raise InvalidInput("no")

    with pytest.raises(InvalidInput):
        ADOPT.run(context_of(FakeReader(), FakeCluster(*objects_of(THEIRS)), guard=guard))
