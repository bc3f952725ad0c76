"""Waiting for, and looking at, what was begun elsewhere."""

from __future__ import annotations

import itertools

import pytest

from scaling_group.errors import Failed, NotFound
from scaling_group.operations.follow import follow
from scaling_group.operations.wait_for import Goal, wait_for
from scaling_group.records import Record, Status, now
from tests.unit.operations.fakes import (
    FakeCluster,
    FakeReader,
    FakeState,
    context_of,
    objects_of,
    pod_of,
    record_of,
)

RECORD = record_of()


def reader(record: Record = RECORD, *, live: bool = True) -> FakeReader:
    return FakeReader({"inference": FakeState(record, exists=True, live=live)})


def waited(cluster: FakeCluster, goal: Goal, known: FakeReader, timeout: float = 10):
    return wait_for(context_of(known, cluster), "inference", goal, timeout)


def test_a_group_that_is_available_is_returned():
    view = waited(FakeCluster(*objects_of(RECORD)), Goal.AVAILABLE, reader())

    assert view.status is Status.AVAILABLE


def test_a_wait_that_ends_before_pods_have_to_start_is_warned_of():
    slow = record_of(spec_startup="tcp,period=10,failures=60")
    told: list[str] = []

    context = context_of(reader(slow), FakeCluster(*objects_of(slow)), told.append)
    wait_for(context, "inference", Goal.AVAILABLE, 10)

    assert "warning: a pod may take 600 s to start, but the wait ends after 10 s; set --timeout=600s" in told


def test_an_unknown_name_is_not_found():
    with pytest.raises(NotFound):
        waited(FakeCluster(), Goal.AVAILABLE, FakeReader())


def test_a_deleted_group_does_not_become_available():
    with pytest.raises(NotFound, match="inference is deleted"):
        waited(FakeCluster(), Goal.AVAILABLE, reader(RECORD.with_(deleted=now()), live=False))


def test_a_deleted_group_is_gone_when_its_pods_are():
    cluster = FakeCluster(pod_of(RECORD))

    def turn(seen: FakeCluster) -> None:
        if seen.time.passed >= 4:
            seen.objects = []

    cluster.on_look = turn
    view = waited(cluster, Goal.DELETED, reader(RECORD.with_(deleted=now()), live=False))

    assert view.status is Status.DELETED
    assert 4 <= cluster.time.passed < 5


def test_a_group_that_nobody_deletes_is_said_so():
    with pytest.raises(Failed) as caught:
        waited(FakeCluster(*objects_of(RECORD)), Goal.DELETED, reader())

    assert caught.value.detail == "They have not been deleted."


def test_following_shows_a_group_again_whenever_it_changes():
    cluster = FakeCluster(*objects_of(RECORD, available=False))

    def turn(seen: FakeCluster) -> None:
        if seen.time.passed >= 3:
            seen.objects = objects_of(RECORD.with_(revision=2))
        if seen.time.passed >= 6:
            seen.objects = []

    cluster.on_look = turn
    shown = follow(context_of(reader(), cluster), "inference")
    views = list(itertools.islice(shown, 3))

    assert [(view.status, view.revision) for view in views] == [
        (Status.PENDING, 1),
        (Status.AVAILABLE, 2),
        (Status.FAILED, 1),
    ]


def test_following_a_deleted_group_shows_it_once():
    known = reader(RECORD.with_(deleted=now()), live=False)

    (view,) = follow(context_of(known, FakeCluster()), "inference")

    assert view.status is Status.DELETED
