"""How many engine processes an operation starts, counted by a stand-in that calls the real CLI."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.integration.access import recorded
from tests.integration.terminal import Terminal

pytestmark = pytest.mark.integration

Count = Callable[..., list[str]]


@pytest.fixture
def counted(terminal: Terminal, tmp_path: Path) -> tuple[Terminal, Count]:
    """A terminal whose `pulumi` notes each start; the version is asked once per binary, before."""
    log, folder = tmp_path / "starts", tmp_path / "stand-in"
    folder.mkdir()
    real = terminal.cluster.toolchain / "bin" / "pulumi"
    script = folder / "pulumi"
    script.write_text(f'#!/bin/sh\necho "$*" >> "{log}"\nexec "{real}" "$@"\n')
    script.chmod(0o755)
    # The language host lies beside the real CLI and is looked for on PATH.
    path = terminal.environ()["PATH"]
    watched = terminal.with_variables(PATH=f"{folder}:{path}")
    watched.create("warm-up", "--no-wait")

    def during(*arguments: str) -> list[str]:
        log.write_text("")
        done = watched.group(*arguments)
        assert done.returncode == 0, done.stderr
        return [start.replace("--non-interactive ", "") for start in log.read_text().splitlines()]

    return watched, during


def test_processes_per_operation(counted: tuple[Terminal, Count]) -> None:
    _, during = counted
    create = ("create", "--name=web", "--image=my-registry/server:v1", "--port=8080")
    # The engine has made the first stack and its salt; the others need none for that.
    starts = during(*create)
    assert [start.split()[0:2] for start in starts] == [["up", "--yes"]]
    assert during("list") == []
    assert during("get", "web") == []
    assert [start.split()[0] for start in during("update", "web", "--replicas=2")] == ["up"]
    assert during("update", "web", "--replicas=2") == []
    assert during("history", "web") == []
    assert during("diff", "--name=web") == []
    assert during("update", "web", "--replicas=3", "--dry-run") == []
    assert [start.split()[0] for start in during("rollback", "web", "--to=1")] == ["up"]
    assert [start.split()[0] for start in during("delete", "web")] == ["destroy"]
    assert during("list", "--include-deleted") == []
    assert [start.split()[0] for start in during(*create)] == ["up"]


def test_apply_costs_an_engine_for_what_changes_and_the_same_requests_for_any_number_that_does_not(
    counted: tuple[Terminal, Count],
) -> None:
    terminal, during = counted
    names = ("one", "two", "three")

    def files(**replicas: int) -> list[str]:
        groups = [
            {"name": name, "image": "a", "port": 80, "replicas": replicas.get(name, 1)} for name in names
        ]
        for group in groups:
            (terminal.folder / f"{group['name']}.yaml").write_text(yaml.safe_dump(group))
        return [argument for name in names for argument in ("-f", f"{name}.yaml")]

    def started(*arguments: str) -> list[str]:
        return [start.split()[0] for start in during("apply", *arguments, "--no-wait")]

    assert started(*files()) == ["up"] * 3
    assert started(*files()) == []
    assert started(*files(two=2)) == ["up"]

    def asked(*arguments: str) -> list[str]:
        with recorded(terminal) as (user, recorder):
            done = user.group("apply", *arguments, "--no-wait")
            assert done.returncode == 0, done.stderr
        return sorted(recorder.requests)

    every = asked(*files(two=2))
    assert every
    assert every == asked("-f", "one.yaml")


def test_objects_are_read_again_where_they_are_not_as_the_engine_has_left_them(
    counted: tuple[Terminal, Count],
) -> None:
    """To read them it starts its provider once more, a fifth of an update's time."""
    terminal, during = counted
    [update] = during("update", "warm-up", "--replicas=2")
    assert "--refresh" not in update.split()

    terminal.kubectl("delete", "service", "warm-up")
    [update] = during("update", "warm-up", "--replicas=3")
    assert "--refresh" in update.split()
    assert "warm-up" in terminal.kubectl("get", "service", "--output=name")


def test_a_state_format_of_a_newer_engine_is_read_through_the_engine(
    counted: tuple[Terminal, Count],
) -> None:
    """Compressed checkpoints stand for every format that is not read directly."""
    terminal, during = counted
    squeezed = terminal.with_variables(PULUMI_DIY_BACKEND_GZIP="true", PULUMI_SELF_MANAGED_STATE_GZIP="true")
    shutil.rmtree(terminal.data_dir / "state")
    shutil.rmtree(terminal.data_dir / "work")
    terminal.kubectl("delete", "deployment,service,httproute", "warm-up")
    created = squeezed.create("web")
    assert list(terminal.data_dir.glob("state/.pulumi/stacks/scaling-group/*.json.gz"))
    assert terminal.data("get", "web")["id"] == created["id"]
    assert during("get", "web")[0].startswith("stack export")
    assert [group["id"] for group in terminal.data("list")] == [created["id"]]
    assert terminal.group("delete", "web").returncode == 0
    assert terminal.data("get", "web")["status"] == "Deleted"
    [deleted] = terminal.data("list", "--include-deleted")
    assert deleted["id"] == created["id"]
