"""Groups of other programs whose stacks were destroyed: what the backend still knows of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scaling_group.engine.backend import Backend
from scaling_group.engine.folders import FolderStore
from scaling_group.engine.reader import StackReader
from scaling_group.records import Record
from tests.unit.engine.test_reader import RECORD

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Program:
    """The history of a stack of another project in a folder backend."""

    def __init__(self, folder: Path, project: str = "llm", stack: str = "dev") -> None:
        self.name = f"{project}/{stack}"
        self._stack = stack
        self._folder = folder / ".pulumi" / "history" / project / stack
        self._folder.mkdir(parents=True)
        self._operations = 0

    def record(self, **spec: Any) -> Record:
        return Record(
            id="of-the-program",
            spec=RECORD.spec.model_copy(update=spec),
            environment=RECORD.environment,
            source=self.name,
        )

    def did(self, kind: str, *held: Record, result: str = "succeeded") -> Program:
        """Add an operation after which the stack holds these groups."""
        self._operations += 1
        start = self._folder / f"{self._stack}-{1795486658739694748 + self._operations}"
        told = {"kind": kind, "result": result, "config": {}, "endTime": int(AT.timestamp())}
        start.with_name(f"{start.name}.history.json").write_text(json.dumps(told))
        resources = [
            {"type": "scaling-group:index:ScalingGroup", "inputs": {"record": record.to_config()}}
            for record in held
        ]
        latest = {"resources": resources} if held else {}
        text = json.dumps({"version": 3, "checkpoint": {"latest": latest}})
        start.with_name(f"{start.name}.checkpoint.json").write_text(text)
        return self


def deleted(folder: Path) -> list[Record]:
    def no_cli() -> str:
        raise AssertionError("the CLI is not needed here")

    return StackReader(Backend(f"file://{folder}"), folder / "data", no_cli).deleted("abc123")


def test_a_destroyed_stack_leaves_its_groups_as_deleted(tmp_path):
    program = Program(tmp_path)
    web, api = program.record(name="web"), program.record(name="api")
    program.did("update", web).did("update", web, api).did("destroy")

    assert deleted(tmp_path) == [web.with_(deleted=AT), api.with_(deleted=AT)]


def test_a_destroy_that_came_through_at_the_second_try_hides_none(tmp_path):
    program = Program(tmp_path)
    web = program.record()
    program.did("update", web).did("destroy", result="failed").did("destroy")

    assert deleted(tmp_path) == [web.with_(deleted=AT)]


@pytest.mark.parametrize("last", ["update", "failed"])
def test_a_stack_that_is_not_destroyed_leaves_nothing(tmp_path, last):
    program = Program(tmp_path)
    web = program.record()
    program.did("update", web)
    if last == "update":
        program.did("destroy").did("update", web)
    else:
        program.did("destroy", web, result="failed")

    assert deleted(tmp_path) == []


def test_groups_of_other_environments_and_stacks_are_left_out(tmp_path):
    program = Program(tmp_path)
    claimed = program.record().with_(source="another/stack")
    elsewhere = program.record().with_(
        environment=RECORD.environment.model_copy(update={"id": "other"}),
    )
    program.did("update", claimed, elsewhere).did("destroy")

    assert deleted(tmp_path) == []


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 99}', '{"version": 3, "checkpoint": {"latest": 1}}']
)
def test_files_of_another_form_hide_nothing_else(tmp_path, text):
    Program(tmp_path, "broken").did("update").did("destroy")
    for file in tmp_path.rglob("*.checkpoint.json"):
        file.write_text(text)
    Program(tmp_path, "odd").did("destroy")
    for file in (tmp_path / ".pulumi" / "history" / "odd").rglob("*.history.json"):
        file.write_text(text)
    program = Program(tmp_path)
    program.did("update", program.record()).did("destroy")

    assert [record.source for record in deleted(tmp_path)] == ["llm/dev"]


def test_a_folder_is_a_store(tmp_path):
    store = FolderStore(tmp_path / ".pulumi")
    assert (store.keys(".pulumi/a/"), store.folders(".pulumi/"), store.contents(["x"])) == ([], [], {})
    (tmp_path / ".pulumi" / "a" / "b").mkdir(parents=True)
    (tmp_path / ".pulumi" / "a" / "b" / "c").write_text("1")
    (tmp_path / ".pulumi" / "x").write_text("2")

    assert store.keys(".pulumi/a/") == [".pulumi/a/b/c"]
    assert store.folders(".pulumi/") == [".pulumi/a/"]
    assert store.contents([".pulumi/a/b/c", ".pulumi/x", ".pulumi/y"]) == {
        ".pulumi/a/b/c": b"1",
        ".pulumi/x": b"2",
    }
    store.delete(".pulumi/x")
    store.delete(".pulumi/x")
    assert store.contents([".pulumi/x"]) == {}
