"""What is said of the group's objects where a folder cannot be written. The CLI here is a shell script."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scaling_group.engine.acquisition import Acquisition
from scaling_group.engine.backend import choose_backend
from scaling_group.engine.writer import StackWriter
from scaling_group.errors import Unreachable
from tests.unit.engine.test_acquisition import fake_cli
from tests.unit.operations.fakes import record_of, silent


@dataclass(frozen=True)
class Credentials:
    context: str = "c"

    def named(self, context: str) -> dict[str, Any]:
        return {"current-context": context}


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
