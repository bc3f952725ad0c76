"""A colleague's clock is ahead: what it wrote seems to be the newest entry of a history."""

from __future__ import annotations

import pytest

from tests.integration.terminal import Terminal

pytestmark = pytest.mark.integration


def set_forward(terminal: Terminal) -> None:
    """Give the entries that are there the names that a clock of years ahead would have given them."""
    [history] = (terminal.data_dir / "state" / ".pulumi" / "history" / "scaling-group").iterdir()
    for file in list(history.iterdir()):
        file.rename(file.with_name(file.name.replace("-17", "-27", 1)))


def test_a_history_goes_on_in_the_order_of_its_revisions(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait")
    set_forward(terminal)
    terminal.data("update", "web", "--replicas=2")
    assert terminal.group("update", "web", "--replicas=2").stderr.count("updating web") == 0
    entries = [(e["revision"], e["action"], e["result"]) for e in terminal.data("history", "web")]
    assert entries == [(2, "update", "succeeded"), (1, "create", "succeeded")]
    assert terminal.data("get", "web")["revision"] == 2

    assert terminal.group("delete", "web", "--no-wait").returncode == 0
    assert terminal.data("get", "web")["status"] == "Deleted"
    assert terminal.data("list") == []
    assert terminal.create("web", "--no-wait")["revision"] == 3
    entries = [(entry["revision"], entry["action"]) for entry in terminal.data("history", "web")]
    assert entries == [(3, "create"), (2, "delete"), (2, "update"), (1, "create")]
