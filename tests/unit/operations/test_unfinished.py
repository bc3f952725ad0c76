"""An operation that was killed before the engine wrote its history: it is told, and finished."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scaling_group.errors import Conflict
from scaling_group.operations.apply import Apply
from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.history import history, history_of_all
from scaling_group.operations.restore import Restore
from scaling_group.operations.update import Update
from scaling_group.records import Action, Record, Result, Step
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

FIRST = record_of(action=Action.CREATE)
SECOND = record_of(revision=2, action=Action.UPDATE, spec_replicas=2, message="more traffic")
BY = ChangeOptions("ada@here", None)


def reader(*past: Record, state: Record | None = SECOND, live: bool = True) -> FakeReader:
    states = {state.name: FakeState(state, exists=True, live=live)} if state else {}
    return FakeReader(states, [FakePast(record) for record in past], killed=frozenset({FIRST.name}))


def told(found: FakeReader) -> list[tuple[int, Result]]:
    entries = history(context_of(found, FakeCluster()), FIRST.name)
    assert entries == history_of_all(context_of(found, FakeCluster()))
    return [(entry.revision, entry.result) for entry in entries]


def test_what_is_in_the_state_alone_is_told_as_unfinished():
    assert told(reader(FIRST)) == [(2, Result.UNFINISHED), (1, Result.SUCCEEDED)]
    assert told(reader()) == [(2, Result.UNFINISHED)]
    newest = history(context_of(reader(FIRST), FakeCluster()), FIRST.name)[0]
    assert (newest.spec, newest.message, newest.available) == (SECOND.spec, "more traffic", False)


def test_what_has_ended_is_told_once():
    assert told(reader(FIRST, SECOND)) == [(2, Result.SUCCEEDED), (1, Result.SUCCEEDED)]
    # An update whose record the state never took, and a group that is gone.
    assert told(reader(FIRST, SECOND, state=FIRST)) == [(2, Result.SUCCEEDED), (1, Result.SUCCEEDED)]
    assert told(reader(FIRST, live=False)) == [(1, Result.SUCCEEDED)]
    assert told(reader(FIRST, state=None)) == [(1, Result.SUCCEEDED)]


def test_a_name_used_again_has_numbers_of_its_own_id():
    again = SECOND.with_(id="another")

    assert told(reader(FIRST.with_(revision=2), state=again)) == [
        (2, Result.UNFINISHED),
        (2, Result.SUCCEEDED),
    ]


def test_the_next_update_finishes_it_also_where_every_object_is_as_it_should_be():
    cluster, found = FakeCluster(*objects_of(SECOND)), reader(FIRST)
    writer = FakeWriter(cluster)
    update = Update(SECOND.name, Edit(), BY)
    said: list[str] = []

    assert update.plan(context_of(found, cluster)).action is Step.UPDATE
    done = update.run(context_of(found, cluster, said.append, writer=writer))

    assert (done.applied, done.view.revision) == (True, 3)
    assert [i.revision for i in writer.done[-1][1].interrupted] == [2]
    assert said == ["updating inference: finishing the previous operation"]


def test_an_apply_finishes_it_too_and_leaves_alone_what_has_ended():
    for past, step in (((FIRST,), Step.UPDATE), ((FIRST, SECOND), Step.UNCHANGED)):
        cluster, found = FakeCluster(*objects_of(SECOND)), reader(*past)
        [planned] = Apply([SECOND.spec], BY, 1).plan(context_of(found, cluster))
        assert planned.step is step

    ended = Update(SECOND.name, Edit(), BY)
    assert not ended.run(context_of(found, cluster)).applied


def test_what_failed_is_finished_also_where_every_object_is_as_it_should_be():
    cluster, found = FakeCluster(*objects_of(SECOND)), reader(FIRST)
    found.past.append(FakePast(SECOND, succeeded=False))
    update = Update(SECOND.name, Edit(), BY)

    assert update.plan(context_of(found, cluster)).action is Step.UPDATE
    done = update.run(context_of(found, cluster))

    assert (done.applied, done.view.revision) == (True, 3)


def test_a_failed_revision_that_the_state_never_took_leaves_nothing_to_finish():
    cluster, found = FakeCluster(*objects_of(FIRST)), reader(FIRST, state=FIRST)
    found.past.append(FakePast(SECOND, succeeded=False))

    assert not Update(FIRST.name, Edit(), BY).run(context_of(found, cluster)).applied


class SkewedReader(FakeReader):
    """The last entry by time is not the newest: its writer's clock is ahead."""

    def newest(self, environment: str, name: str) -> FakePast | None:
        return self.past[0]


def test_an_operation_with_a_slow_clock_is_not_taken_for_one_that_was_killed():
    states = {SECOND.name: FakeState(SECOND, exists=True, live=True)}
    skewed = SkewedReader(states, [FakePast(FIRST), FakePast(SECOND)])
    cluster = FakeCluster(*objects_of(SECOND))
    writer = FakeWriter(cluster)

    done = Update(SECOND.name, Edit({"replicas": 2}), BY).run(context_of(skewed, cluster, writer=writer))
    assert (done.applied, writer.done) == (False, [])

    Update(SECOND.name, Edit({"replicas": 3}), BY).run(context_of(skewed, cluster, writer=writer))
    assert writer.done[0][1].interrupted == ()


def test_times_do_not_order_a_history():
    early, late = (datetime(2026, 1, day, tzinfo=UTC) for day in (1, 9))
    skewed = reader(FIRST.with_(updated=late), SECOND.with_(updated=early))

    assert told(skewed) == [(2, Result.SUCCEEDED), (1, Result.SUCCEEDED)]


def test_a_restore_that_was_killed_says_what_finishes_it():
    restored = SECOND.with_(action=Action.RESTORE, namespace_uid="uid")
    for past, way in (((FIRST,), "update"), ((FIRST, restored), "get")):
        found = reader(*past, state=restored)
        with pytest.raises(Conflict, match="inference is not deleted") as caught:
            Restore(restored.name, BY).run(context_of(found, FakeCluster(*objects_of(restored))))
        assert f"scaling-group {way} --name=inference" in caught.value.resolution
