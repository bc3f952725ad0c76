"""A guard is asked for the spec that would become a revision, and stops it before anything is changed."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.errors import InvalidInput
from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.restore import Restore
from scaling_group.operations.rollback import Rollback
from scaling_group.operations.update import Update
from scaling_group.records import Action, now
from scaling_group.spec.edit import Edit
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec
from tests.unit.operations.fakes import (
    ENVIRONMENT,
    FakeCluster,
    FakePast,
    FakeReader,
    FakeState,
    FakeWriter,
    context_of,
    objects_of,
    record_of,
)

BY = ChangeOptions("ada@host", None)
NAME = "inference"
OLD = record_of(NAME, spec_replicas=5, action=Action.CREATE)
NEW = record_of(NAME, spec_replicas=1, revision=2, action=Action.UPDATE)
GONE = OLD.with_(deleted=now(), action=Action.DELETE)

VERBS: dict[str, Any] = {
    "update": Update(NAME, Edit({"replicas": 5}), BY),
    "rollback": Rollback(NAME, BY, to=1),
    "restore": Restore(NAME, BY),
}


def world(verb: str) -> tuple[FakeReader, FakeCluster]:
    """Return a group of five replicas that has one now, or that is deleted."""
    if verb == "restore":
        state = FakeState(GONE, exists=True)
        return FakeReader({NAME: state}, [FakePast(OLD), FakePast(GONE)]), FakeCluster()
    state = FakeState(NEW, exists=True, live=True)
    return FakeReader({NAME: state}, [FakePast(OLD), FakePast(NEW)]), FakeCluster(*objects_of(NEW))


@pytest.mark.parametrize("verb", VERBS)
def test_what_the_guard_refuses_is_not_applied(verb: str):
    asked: list[tuple[GroupSpec, EnvironmentSpec]] = []

    def guard(spec: GroupSpec, environment: EnvironmentSpec) -> None:
        asked.append((spec, environment))
        raise InvalidInput("no")

    reader, cluster = world(verb)
    writer, before = FakeWriter(cluster), list(cluster.objects)
    with pytest.raises(InvalidInput, match="no"):
        VERBS[verb].run(context_of(reader, cluster, writer=writer, guard=guard))

    assert [(spec.replicas, environment) for spec, environment in asked] == [(5, ENVIRONMENT)]
    assert writer.done == []
    assert cluster.objects == before


@pytest.mark.parametrize("verb", VERBS)
def test_what_it_lets_pass_is_applied(verb: str):
    reader, cluster = world(verb)
    writer = FakeWriter(cluster)
    VERBS[verb].run(context_of(reader, cluster, writer=writer))

    assert [record.spec.replicas for _, record in writer.done] == [5]


@pytest.mark.parametrize("verb", ["update", "rollback"])
def test_a_plan_is_refused_too(verb: str):
    def guard(_spec: GroupSpec, _environment: EnvironmentSpec) -> None:
        raise InvalidInput("no")

    reader, cluster = world(verb)
    with pytest.raises(InvalidInput):
        VERBS[verb].plan(context_of(reader, cluster, guard=guard))
