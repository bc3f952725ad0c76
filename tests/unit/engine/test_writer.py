"""What is said of the group's objects where a folder cannot be written. The CLI here is a shell script."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scaling_group.engine.acquisition import Acquisition
from scaling_group.engine.backend import choose_backend
from scaling_group.engine.writer import StackWriter
from scaling_group.errors import Failed, Unreachable
from tests.unit.engine.test_acquisition import fake_cli
from tests.unit.operations.fakes import record_of, silent


@dataclass(frozen=True)
class Credentials:
    context: str = "c"

    def named(self, context: str) -> dict[str, Any]:
        return {"current-context": context}


class Disk(NamedTuple):
    """What the system says of a file system: blocks, and how many of them are free, in bytes of one."""

    f_blocks: int
    f_bfree: int
    f_bavail: int
    f_frsize: int


@pytest.fixture
def writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StackWriter:
    cli = fake_cli(tmp_path / "path" / "pulumi", "v3.259.0")
    monkeypatch.setenv("PATH", f"{cli.parent}:/usr/bin:/bin")
    data = tmp_path / "data"
    return StackWriter(choose_backend(data, {}), data, Acquisition(data, silent), Credentials())


def full(writer: StackWriter, stack: str) -> str:
    """Return what is said where the disk is full while a command has the stack."""
    with (
        pytest.raises(Unreachable, match=r"cannot write .*: No space left on device") as caught,
        writer.locked(stack),
    ):
        raise OSError(28, "No space left on device", "/data/x")
    return caught.value.detail


def test_before_the_engine_has_run_no_object_has_been_touched(writer: StackWriter):
    record = record_of()
    with writer.locked(record.stack):
        writer.create_stack(record, silent)

    assert full(writer, record.stack) == "No object of the group was changed."


def test_once_the_engine_has_run_nobody_says_so(writer: StackWriter):
    record = record_of()
    with writer.locked(record.stack):
        writer.destroy(record, None, silent)

    assert full(writer, record.stack) == "The engine may already have changed objects of the group."
    assert full(writer, "abc123.other") == "No object of the group was changed."


def test_nothing_is_recorded_of_a_group_whose_stack_cannot_be_made(writer: StackWriter, tmp_path: Path):
    full = (
        'case "$*" in *init*) echo "error: no space left on device" >&2; exit 255;; *) echo v3.259.0;; esac'
    )
    (tmp_path / "path" / "pulumi").write_text(f"#!/bin/sh\n{full}\n")
    record = record_of()
    with writer.locked(record.stack), pytest.raises(Failed, match="could not be created") as caught:
        writer.create_stack(record, silent)
    assert "no space left on device" in caught.value.detail
    assert caught.value.resolution == "Nothing is recorded, and no object was made: create it again."


def test_no_engine_is_started_where_its_state_has_no_room(
    writer: StackWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """It writes what of its state has room, and the rest not."""
    record = record_of()
    with writer.locked(record.stack):
        writer.create_stack(record, silent)
    found = os.statvfs(tmp_path)
    blocks = 100_000 // found.f_frsize
    monkeypatch.setattr(os, "statvfs", lambda _: Disk(found.f_blocks, blocks, blocks, found.f_frsize))
    for change in (lambda: writer.up(record, silent), lambda: writer.destroy(record, None, silent)):
        with writer.locked(record.stack), pytest.raises(Unreachable, match=r"is full: 9. KiB are") as caught:
            change()
        assert caught.value.detail == "No engine was started."
    assert "stack init" in (tmp_path / "path" / "asked").read_text().splitlines()[-1]

    # A file system that does not say how large it is.
    monkeypatch.setattr(os, "statvfs", lambda _: Disk(0, 0, 0, found.f_frsize))
    with writer.locked(record.stack):
        writer.destroy(record, None, silent)


def test_no_variable_of_the_user_makes_a_cluster_without_an_answer_a_success(
    writer: StackWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    variables = ("PULUMI_K8S_DELETE_UNREACHABLE", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE")
    for variable in variables:
        monkeypatch.setenv(variable, "true")
    (tmp_path / "path" / "pulumi").write_text(f'#!/bin/sh\nenv > "{tmp_path}/env"\necho v3.259.0\n')
    record = record_of()
    with writer.locked(record.stack):
        writer.destroy(record, None, silent)
    given = (tmp_path / "env").read_text().splitlines()
    assert [f"{variable}=false" in given for variable in variables] == [True, True]


def test_a_project_file_that_was_cut_short_is_written_again(writer: StackWriter, tmp_path: Path):
    record = record_of()
    file = tmp_path / "data" / "work" / record.stack / "Pulumi.yaml"
    file.parent.mkdir(parents=True)
    file.touch()
    with writer.locked(record.stack):
        assert file.read_text() == "name: scaling-group\nruntime: python\n"


@pytest.mark.parametrize("text", ["a: [", "[1]", "text", "\xff"])
def test_stack_settings_that_are_none_end_in_a_sentence(writer: StackWriter, tmp_path: Path, text: str):
    record = record_of()
    file = tmp_path / "data" / "work" / record.stack / f"Pulumi.{record.stack}.yaml"
    with writer.locked(record.stack):
        writer.create_stack(record, silent)
    file.write_bytes(text.encode("latin-1"))

    with pytest.raises(Unreachable, match=r"settings file of a stack .* is corrupted") as caught:
        writer.up(record, silent)
    assert caught.value.resolution.endswith(f"rm {file}")


def test_a_destroy_needs_no_language_host(writer: StackWriter, tmp_path: Path):
    """The one for Python would list every package with pip, for a program that a destroy does not run."""
    record = record_of()

    with writer.locked(record.stack):
        writer.destroy(record, None, silent)

    asked = (tmp_path / "path" / "asked").read_text().splitlines()
    [destroyed] = [line.split() for line in asked if " destroy " in line]
    assert any(argument.startswith("--client=127.0.0.1:") for argument in destroyed)
    assert not any(argument.startswith("--run-program") for argument in destroyed)


@pytest.mark.parametrize(("of_the_state", "lent"), [("as-it-was-called", "as-it-was-called"), (None, "c")])
def test_a_destroy_is_lent_the_cluster_under_the_name_that_the_state_asks_for(
    writer: StackWriter, monkeypatch: pytest.MonkeyPatch, of_the_state: str | None, lent: str
):
    asked: list[str] = []
    monkeypatch.setattr(Credentials, "named", lambda _, context: asked.append(context) or {})
    record = record_of()

    with writer.locked(record.stack):
        writer.destroy(record, of_the_state, silent)

    assert asked == [lent]
