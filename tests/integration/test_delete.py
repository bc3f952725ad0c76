"""Deleting groups."""

from __future__ import annotations

import pytest

from tests.integration.terminal import Terminal

pytestmark = pytest.mark.integration


def test_an_unknown_name_is_exit_3_with_the_near_miss(terminal: Terminal) -> None:
    terminal.create("inference")
    done = terminal.group("delete", "inferense")
    assert done.returncode == 3
    assert "Did you mean 'inference'?" in done.stderr


def test_a_second_delete_says_that_it_is_deleted_already(terminal: Terminal) -> None:
    terminal.create("web")
    assert terminal.group("delete", "--name=web").returncode == 0
    done = terminal.group("delete", "web")
    assert done.returncode == 3
    assert "deleted already" in done.stderr


def test_a_group_of_another_cluster_is_refused(terminal: Terminal) -> None:
    """The namespace's UID is the cluster's identity: made anew, it is another place."""
    terminal.create("web")
    terminal.kubectl("delete", "namespace", terminal.namespace, "--wait")
    terminal.kubectl("create", "namespace", terminal.namespace)
    done = terminal.group("delete", "web")
    assert done.returncode == 4
    assert "another cluster" in done.stderr
    assert "--context" in done.stderr


def test_objects_that_somebody_removed_by_hand_do_not_keep_a_group(terminal: Terminal) -> None:
    terminal.create("web")
    terminal.kubectl("delete", "deployment,service", "web")
    [record] = terminal.data("list")
    assert record["status"] == "Failed"
    assert "does not exist" in record["reason"]
    assert terminal.group("delete", "web").returncode == 0
    assert terminal.objects("web") == {}


def test_json_of_a_delete_is_the_deleted_record(terminal: Terminal) -> None:
    created = terminal.create("web")
    deleted = terminal.data("delete", "web")
    assert deleted["id"] == created["id"]
    assert deleted["status"] == "Deleted"
    assert deleted["deleted"]


def test_of_two_groups_only_the_named_one_goes(terminal: Terminal) -> None:
    terminal.create("one")
    terminal.create("two")
    assert terminal.group("delete", "one").returncode == 0
    assert [group["name"] for group in terminal.data("list")] == ["two"]
    assert set(terminal.objects("two")) == {"deployment", "service", "httproute"}
