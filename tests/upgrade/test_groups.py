"""Groups of the command line that commit e32ca74 has left: each verb goes on from there, in place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.terminal import Terminal
from tests.upgrade.restored import SHIPPED, Restored
from tests.upgrade.seen import assert_in_place, lost, seen

pytestmark = pytest.mark.integration


#: What depends on the pods of the moment.
LIVE = ("status", "reason", "replicas", "tree", "diagnoses", "warnings")


def kept(shown: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in shown.items() if key not in LIVE}


@pytest.mark.parametrize("name", ["minimal", "every-field", "gpu", "revised", "handed"])
def test_a_group_reads_as_it_was_left_and_an_unchanged_update_changes_nothing(
    terminal: Terminal, name: str
) -> None:
    restored = Restored(SHIPPED, terminal, name)
    before, shown = seen(terminal, name), restored.shown(name)
    got = terminal.data("get", name)
    assert lost(got, kept(shown["get"])) == []
    assert got["drift"] == []
    [listed] = terminal.data("list")
    assert (
        lost(
            listed,
            kept(next(each for each in restored.shown("list") if each["name"] == name)) | {"drift": []},
        )
        == []
    )
    assert lost(terminal.data("history", name), shown["history"]) == []

    updated = terminal.data("update", name, "--no-wait")
    assert updated["revision"] == shown["get"]["revision"]
    assert seen(terminal, name) == before


def test_a_group_lives_on(terminal: Terminal) -> None:
    restored = Restored(SHIPPED, terminal, "minimal")
    before, shown = seen(terminal, "minimal"), restored.shown("minimal")["get"]
    grown = terminal.data("update", "minimal", "--replicas=2")
    assert (grown["id"], grown["revision"], grown["created"]) == (shown["id"], 2, shown["created"])
    assert_in_place(before, seen(terminal, "minimal"))

    back = terminal.data("rollback", "minimal", "--to=1")
    assert (back["revision"], back["spec"]["replicas"], back["status"]) == (3, 1, "Available")
    after = seen(terminal, "minimal")
    assert (after.uids, after.hashes, after.template) == (before.uids, before.hashes, before.template)

    assert terminal.data("delete", "minimal")["status"] == "Deleted"
    assert terminal.names() == []
    assert terminal.data("restore", "minimal")["id"] == shown["id"]
    again = seen(terminal, "minimal")
    assert (again.template, again.selectors) == (before.template, before.selectors)
    assert (again.labels, again.annotations) == (before.labels, before.annotations)


@pytest.mark.parametrize("name", ["every-field", "gpu"])
def test_a_group_with_many_fields_is_updated_in_place_and_deleted(terminal: Terminal, name: str) -> None:
    restored = Restored(SHIPPED, terminal, name)
    before, replicas = seen(terminal, name), restored.shown(name)["get"]["spec"]["replicas"]
    terminal.data("update", name, f"--replicas={replicas + 1}", "--no-wait")
    assert_in_place(before, seen(terminal, name))
    assert terminal.data("delete", name)["status"] == "Deleted"
    assert terminal.names() == []


def test_revisions_are_rolled_back_to_in_place(terminal: Terminal) -> None:
    Restored(SHIPPED, terminal, "revised")
    before = seen(terminal, "revised")
    back = terminal.data("rollback", "revised", "--to=1")
    assert (back["revision"], back["spec"]["replicas"]) == (6, 1)
    after = seen(terminal, "revised")
    assert (after.uids, after.hashes, after.template) == (before.uids, before.hashes, before.template)
    assert after.pods.items() <= before.pods.items()

    newer = terminal.data("rollback", "revised", "--to=3")
    assert (newer["image"], newer["spec"]["cpu"]) == ("my-registry/server:v2", "500m")
    assert [entry["revision"] for entry in terminal.data("history", "revised")] == [7, 6, 5, 4, 3, 2, 1]
