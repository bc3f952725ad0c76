"""Writers whose clocks differ: a history is in the order of its revisions, whatever its times say."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from scaling_group.engine.backend import Backend
from scaling_group.engine.reader import StackReader
from scaling_group.records import Action, Record

AT = datetime(2026, 1, 2, tzinfo=UTC)
RECORD = Record.model_validate(
    {
        "id": "0b3f9b1e",
        "spec": {"image": "a/b:1", "name": "inference", "port": 8080},
        "environment": {
            "id": "abc123",
            "gateway": {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"},
        },
    }
)
COMPONENT = {"type": "scaling-group:index:ScalingGroup", "inputs": {"record": RECORD.to_config()}}


def no_cli() -> str:
    raise AssertionError("the CLI is not needed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in ("stacks/scaling-group", "history/scaling-group/abc123.inference"):
        (tmp_path / ".pulumi" / part).mkdir(parents=True)
    return tmp_path / ".pulumi"


def reader_of(folder: Path) -> StackReader:
    return StackReader(Backend(f"file://{folder.parent}"), folder.parent / "data", no_cli)


def write_state(folder: Path, *resources: dict[str, Any]) -> None:
    content = {"version": 3, "checkpoint": {"latest": {"resources": list(resources)}}}
    file = folder / "stacks" / "scaling-group" / "abc123.inference.json"
    file.write_bytes(orjson.dumps(content))


def write_entry(folder: Path, clock: int, revision: int, action: Action = Action.UPDATE) -> None:
    """Write what an operation leaves in the history; clock: of its writer."""
    deleted = AT if action is Action.DELETE else None
    record = RECORD.with_(revision=revision, action=action, deleted=deleted)
    content = {
        "kind": "destroy" if deleted else "update",
        "result": "succeeded",
        "config": {"scaling-group:record": {"value": orjson.dumps(record.to_config()).decode()}},
    }
    name = f"abc123.inference-17950000000000000{clock:02}.history.json"
    (folder / "history" / "scaling-group" / "abc123.inference" / name).write_bytes(orjson.dumps(content))


def test_a_history_is_in_the_order_of_its_revisions(folder: Path):
    for clock, revision in ((1, 1), (9, 2), (3, 3)):
        write_entry(folder, clock, revision)
    write_entry(folder, 2, 3, Action.DELETE)
    write_entry(folder, 4, 4, Action.RESTORE)

    told = [(p.record.revision, p.record.action) for p in reader_of(folder).history("abc123", "inference")]

    assert told == [(1, "update"), (2, "update"), (3, "update"), (3, "delete"), (4, "restore")]


def test_a_group_that_a_slow_clock_has_deleted_is_deleted(folder: Path):
    write_state(folder)
    write_entry(folder, 9, 5)
    write_entry(folder, 3, 5, Action.DELETE)

    for state in (
        reader_of(folder).read("abc123", "inference"),
        *reader_of(folder).read_all("abc123"),
    ):
        assert state.record is not None
        assert (state.live, state.record.action) == (False, "delete")


def test_a_group_whose_next_create_failed_is_not_taken_for_the_deleted_one(folder: Path):
    write_state(folder)
    write_entry(folder, 3, 5, Action.DELETE)
    write_entry(folder, 9, 6, Action.CREATE)

    state = reader_of(folder).read("abc123", "inference")

    assert state.record is not None
    assert (state.live, state.record.revision) == (True, 6)
