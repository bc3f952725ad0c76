"""Groups whose namespace or cluster is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from scaling_group.errors import Conflict, Unreachable
from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.lost import find_lost
from scaling_group.operations.protocols import Object
from scaling_group.operations.purge import Purge
from scaling_group.operations.restore import Restore
from scaling_group.records import Action
from tests.unit.operations.fakes import (
    FakeCluster,
    FakeReader,
    FakeState,
    FakeWriter,
    context_of,
    record_of,
)

NAME = "inference"
CHANGED = datetime(2026, 1, 2, tzinfo=UTC)
RECORD = record_of(NAME, updated=CHANGED, namespace_uid="before", action=Action.CREATE)
BY = ChangeOptions("ada@host", None)


def namespace(uid: str, created: str) -> Object:
    return {
        "kind": "Namespace",
        "metadata": {"name": "default", "uid": uid, "creationTimestamp": created},
    }


ANEW = namespace("anew", "2026-01-03T00:00:00Z")
OLDER = namespace("older", "2026-01-01T00:00:00Z")


def cluster_with(*environs: Object) -> FakeCluster:
    cluster = FakeCluster(namespaces={each["metadata"]["name"]: each["metadata"]["uid"] for each in environs})
    others = [each for each in cluster.environs if each["kind"] != "Namespace"]
    cluster.environs = [*others, *environs]
    return cluster


def reader(context: str | None = "here", **changes: Any) -> FakeReader:
    state = FakeState(RECORD.with_(**changes), exists=True, live=True, context=context)
    return FakeReader({NAME: state})


@pytest.mark.parametrize("environs", [[ANEW], []], ids=["made anew", "not there"])
def test_what_is_gone_with_its_namespace_is_forgotten(environs: list[Object]):
    cluster, said = cluster_with(*environs), list[str]()
    writer = FakeWriter(cluster)

    done = Purge(NAME).run_lost(context_of(reader(), cluster, said.append, writer=writer))

    assert done is not None
    assert writer.done == [("remove", RECORD, True)]
    assert "left alone" in said[0]


@pytest.mark.parametrize(
    ("environs", "context"),
    [([OLDER], "here"), ([ANEW], "another")],
    ids=["older namespace", "other context"],
)
@pytest.mark.parametrize("verb", ["purge", "restore"])
def test_what_may_be_in_another_cluster_is_kept_unless_the_user_says_that_it_is_gone(
    environs: list[Object], context: str, verb: str
):
    cluster = cluster_with(*environs)
    writer = FakeWriter(cluster)
    within = context_of(reader(context), cluster, writer=writer)

    def run(*, gone: bool) -> object:
        if verb == "purge":
            return Purge(NAME, gone).run_lost(within)
        return Restore(NAME, BY, cluster_gone=gone).run(within)

    with pytest.raises(Conflict) as refused:
        run(gone=False)
    assert f"scaling-group {'delete' if verb == 'purge' else 'restore'}" in refused.value.resolution
    assert writer.done == []
    run(gone=True)
    assert writer.verbs() == (["remove"] if verb == "purge" else ["abandon", "up"])


def test_a_cluster_that_does_not_answer_is_not_taken_for_gone():
    cluster = cluster_with(ANEW)
    cluster.trouble = "connection refused"
    writer = FakeWriter(cluster)
    within = context_of(reader(), cluster, writer=writer)

    with pytest.raises(Unreachable) as refused:
        Purge(NAME).run_lost(within)
    assert "delete --name=inference --purge --cluster-gone" in refused.value.resolution
    assert writer.done == []
    assert Purge(NAME, cluster_gone=True).run_lost(within) is not None


def test_a_restored_group_has_the_namespace_that_is_there():
    cluster = cluster_with(ANEW)
    writer = FakeWriter(cluster)

    Restore(NAME, BY).run(context_of(reader(), cluster, writer=writer))

    [abandoned, applied] = (record for _, record in writer.done)
    assert abandoned == RECORD
    assert (applied.id, applied.namespace_uid, applied.revision) == (RECORD.id, "anew", 2)


@pytest.mark.parametrize("changes", [{"namespace_uid": "anew"}, {"namespace_uid": ""}])
def test_a_group_of_this_namespace_is_not_lost(changes: dict[str, str]):
    assert find_lost(context_of(reader(**changes), cluster_with(ANEW)), NAME) is None


def test_neither_is_one_that_is_deleted():
    state = FakeReader({NAME: FakeState(RECORD, exists=True, live=False)})
    assert find_lost(context_of(state, cluster_with(ANEW)), NAME) is None
