"""SIGKILL at random moments; from whatever is left, one command gets where the killed one was going.

One create by default, 25 rounds of each verb with --long, in parts that can be run one by one.
test_killed.py has an update and a delete by default.
"""

from __future__ import annotations

import pytest

from tests.integration.kills import Killer, finish, gone, left_behind, objects_of_groups, settled, told, whole
from tests.integration.terminal import KINDS, Terminal

pytestmark = pytest.mark.integration

IMAGE = ("--image=my-registry/server:v1", "--port=8080")
GROUP = "{{name: {name}, image: 'my-registry/server:v1', port: 8080, tags: {{round: '{round}'}}}}"
UNCHANGED = GROUP.format(name="same", round="none")


def test_a_create_that_is_killed_is_finished_by_one_apply(terminal: Terminal, rounds: range) -> None:
    """The engine makes the first stack of a backend; those after it are written without one."""
    killer, file = Killer("create", terminal), terminal.folder / "web.yaml"
    for number in rounds:
        name = f"web-{number}"
        file.write_text(GROUP.format(name=name, round=number))
        flags = ("create", f"--name={name}", *IMAGE, f"--tags=round={number}")
        what = killer.during(number, *flags)
        told(terminal, what, [], name)
        finish(terminal, what, "apply", "-f", "web.yaml")
        assert whole(terminal, what, name)["spec"]["tags"] == {"round": str(number)}, what
        assert list(terminal.objects(name)) == list(KINDS), what
        finish(terminal, what, "delete", name, "--no-wait")
        gone(terminal, what, name)
    assert objects_of_groups(terminal) == []


@pytest.mark.long
def test_an_update_that_is_killed_is_finished_by_the_same_update(terminal: Terminal, rounds: range) -> None:
    killer = Killer("update", terminal)
    terminal.create("web")
    uid = terminal.objects("web")["deployment"]["metadata"]["uid"]
    for number in rounds:
        before = terminal.data("history", "web")
        flags = ("update", "web", f"--replicas={1 + number % 3}", f"--env=ROUND={number}")
        what = killer.during(number, *flags)
        told(terminal, what, before, "web")
        finish(terminal, what, *flags)
        group = whole(terminal, what, "web")
        assert group["spec"]["env"] == {"ROUND": str(number)}, what
        assert group["replicas"]["available"] == 1 + number % 3, what
    found = terminal.objects("web")
    assert list(found) == list(KINDS)
    assert found["deployment"]["metadata"]["uid"] == uid


@pytest.mark.long
def test_autoscaling_that_is_switched_on_or_off_by_a_killed_command(
    terminal: Terminal, rounds: range
) -> None:
    killer = Killer("autoscale", terminal)
    terminal.create("web", "--replicas=2")
    for number in rounds:
        before = terminal.data("history", "web")
        on = terminal.data("get", "web")["spec"]["autoscale"] is None
        how = ("--min-replicas=2", f"--max-replicas={3 + number % 3}") if on else ("--no-autoscale",)
        flags = ("update", "web", *how, f"--env=ROUND={number}")
        what = killer.during(number, *flags)
        told(terminal, what, before, "web")
        finish(terminal, what, *flags)
        group = whole(terminal, what, "web")
        assert group["spec"]["env"] == {"ROUND": str(number)}, what
        assert (group["spec"]["autoscale"] is not None) == on, what
        assert ("autoscaler/web" in objects_of_groups(terminal)) == on, what
        # Whoever decides on it, no command has changed the number of Pods.
        assert terminal.objects("web")["deployment"]["spec"]["replicas"] == 2, what
    finish(terminal, "the end", "delete", "web")
    assert objects_of_groups(terminal) == []


@pytest.mark.long
def test_a_delete_that_is_killed_is_finished_by_one_delete(terminal: Terminal, rounds: range) -> None:
    killer = Killer("delete", terminal)
    for number in rounds:
        name = f"web-{number}"
        terminal.create(name, *(("--max-replicas=3",) if number % 2 else ()), "--no-wait")
        before = terminal.data("history", name)
        what = killer.during(number, "delete", name)
        told(terminal, what, before, name)
        done = terminal.group("delete", name)
        # It had got there before it was killed, or it gets there now.
        assert done.returncode == 0 or "is already deleted" in done.stderr, (what, done.stderr)
        gone(terminal, what, name)
        if done.returncode == 0:
            assert left_behind(terminal) == [], what
    assert terminal.data("list") == []
    assert objects_of_groups(terminal) == []


@pytest.mark.long
def test_an_apply_that_is_killed_is_finished_by_the_same_apply(terminal: Terminal, rounds: range) -> None:
    """Of one group that it changes, one that stays as it is, and two that are new."""
    killer, file = Killer("apply", terminal, 3.5), terminal.folder / "groups.yaml"
    command = ("apply", "-f", "groups.yaml", "--parallel=2")
    file.write_text("\n---\n".join([GROUP.format(name="web", round="none"), UNCHANGED]))
    finish(terminal, "the beginning", *command)
    for number in rounds:
        before = terminal.data("history", "web")
        new = [f"new-{number}-{each}" for each in range(2)]
        changed = [GROUP.format(name=name, round=number) for name in ("web", *new)]
        file.write_text("\n---\n".join([*changed, UNCHANGED]))
        what = killer.during(number, *command)
        told(terminal, what, before, "web", "same", *new)
        finish(terminal, what, *command)
        for name in ("web", *new):
            assert whole(terminal, what, name)["spec"]["tags"] == {"round": str(number)}, what
        assert settled(terminal, "same")["revision"] == 1, what
        for name in new:
            finish(terminal, what, "delete", name, "--no-wait")
            gone(terminal, what, name)
    assert sorted(group["name"] for group in terminal.data("list")) == ["same", "web"]


@pytest.mark.long
def test_a_restore_that_is_killed_is_finished_by_what_is_said(terminal: Terminal, rounds: range) -> None:
    killer = Killer("restore", terminal)
    created = terminal.create("web", "--tags=a=b")
    for number in rounds:
        finish(terminal, f"restore {number}", "delete", "web")
        before = terminal.data("history", "web")
        what = killer.during(number, "restore", "web")
        told(terminal, what, before, "web")
        again = terminal.group("restore", "web")
        if again.returncode:
            # It is no longer deleted, and what is said of that finishes it where that is needed.
            assert (again.returncode, "web is not deleted" in again.stderr) == (4, True), (what, again.stderr)
            if "scaling-group update --name=web" in again.stderr:
                finish(terminal, what, "update", "--name=web")
        group = whole(terminal, what, "web")
        assert (group["id"], group["spec"]) == (created["id"], created["spec"]), what
        assert list(terminal.objects("web")) == list(KINDS), what
    finish(terminal, "the end", "delete", "web")
    assert objects_of_groups(terminal) == []
