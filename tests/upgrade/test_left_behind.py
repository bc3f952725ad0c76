"""Stacks that commit e32ca74 has left: deleted, interrupted, handed to `pulumi up` and back."""

from __future__ import annotations

import pytest
import yaml

from tests.integration.project import operations
from tests.integration.terminal import Terminal
from tests.upgrade.restored import SHIPPED, Restored
from tests.upgrade.seen import assert_in_place, lost, seen

pytestmark = pytest.mark.integration


def test_a_deleted_group_is_listed_and_restored_under_its_id(terminal: Terminal) -> None:
    restored = Restored(SHIPPED, terminal, "deleted", live=False)
    shown = next(each for each in restored.shown("list") if each["name"] == "deleted")
    assert terminal.data("list") == []
    assert lost(terminal.data("list", "--include-deleted"), [shown]) == []
    assert lost(terminal.data("history", "deleted"), restored.shown("deleted")["history"]) == []

    back = terminal.data("restore", "deleted")
    assert (back["id"], back["revision"], lost(back["spec"], shown["spec"])) == (shown["id"], 2, [])
    was = {item["kind"].lower(): item for item in restored.objects("deleted")}
    after = seen(terminal, "deleted")
    assert after.template == was["deployment"]["spec"]["template"]
    assert after.labels == {kind: set(item["metadata"]["labels"]) for kind, item in was.items()}


def test_an_interrupted_update_is_finished_in_place(terminal: Terminal) -> None:
    restored = Restored(SHIPPED, terminal, "interrupted")
    before = seen(terminal, "interrupted")
    assert lost(terminal.data("history", "interrupted"), restored.shown("interrupted")["history"]) == []
    # The lock is of a machine that is not this one.
    assert "somewhere" in terminal.group("unlock", "interrupted").stderr
    unlocked = terminal.group("unlock", "interrupted", "--force", "--yes")
    assert unlocked.returncode == 0, unlocked.stderr

    done = terminal.data("update", "interrupted")
    assert (done["revision"], done["status"], done["spec"]["replicas"]) == (3, "Available", 2)
    assert_in_place(before, seen(terminal, "interrupted"))
    results = [(entry["revision"], entry["result"]) for entry in terminal.data("history", "interrupted")]
    assert results == [(3, "succeeded"), (2, "interrupted"), (1, "succeeded")]


def test_a_group_that_went_to_pulumi_up_and_back_does_so_again(terminal: Terminal) -> None:
    restored = Restored(SHIPPED, terminal, "handed")
    before, root = seen(terminal, "handed"), restored.root("handed")
    root.run("config", "refresh", "--force", "--stack", root.stack)
    assert not {"create", "delete", "replace"} & set(operations(root.previewed()).values())
    root.up()
    assert_in_place(before, seen(terminal, "handed"))
    file = root.folder / f"Pulumi.{root.stack}.yaml"
    assert yaml.safe_load(file.read_text())["config"]["scaling-group:record"]["revision"] == 3

    updated = terminal.data("update", "handed", "--replicas=4")
    assert (updated["id"], updated["revision"]) == (restored.shown("handed")["get"]["id"], 4)
    assert_in_place(before, seen(terminal, "handed"))
