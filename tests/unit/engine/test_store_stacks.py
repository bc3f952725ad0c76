"""Stacks in a store of objects: what they know, and how many objects are listed and read for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from scaling_group.engine.backend import Backend
from scaling_group.engine.reader import StackReader
from scaling_group.engine.state import StackState, UnknownFormat
from scaling_group.engine.store_stacks import StoreStacks
from scaling_group.records import Record
from tests.unit.engine.test_reader import COMPONENT, RECORD

STACKS, HISTORY = ".pulumi/stacks/scaling-group/", ".pulumi/history/scaling-group/"


class Objects:
    """A store in memory that notes what is asked of it."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.listed: list[str] = []
        self.read: list[str] = []

    def keys(self, prefix: str) -> list[str]:
        self.listed.append(prefix)
        return sorted(key for key in self.held if key.startswith(prefix))

    def folders(self, prefix: str) -> list[str]:
        below = {key.removeprefix(prefix).partition("/")[0] for key in self.held if key.startswith(prefix)}
        return sorted(f"{prefix}{name}/" for name in below)

    def contents(self, keys: Sequence[str]) -> dict[str, bytes]:
        self.read += keys
        return {key: self.held[key] for key in keys if key in self.held}

    def delete(self, key: str) -> None:
        del self.held[key]

    def live(self, stack: str) -> None:
        self._checkpoint(stack, {"resources": [{**COMPONENT, "inputs": {"record": of(stack).to_config()}}]})
        self._entry(stack, 1, "update")

    def deleted(self, stack: str) -> None:
        self._checkpoint(stack, {})
        self._entry(stack, 1, "update")
        self._entry(stack, 2, "destroy")

    def _checkpoint(self, stack: str, latest: dict[str, Any]) -> None:
        content = json.dumps({"version": 3, "checkpoint": {"latest": latest}}).encode()
        for ending in (".json", ".json.bak", ".json.attrs"):
            self.held[f"{STACKS}{stack}{ending}"] = content

    def _entry(self, stack: str, at: int, kind: str) -> None:
        entry = {
            "kind": kind,
            "result": "succeeded",
            "config": {"scaling-group:record": of(stack).to_config()},
        }
        self.held[f"{HISTORY}{stack}/{stack}-{at}.history.json"] = json.dumps(entry).encode()
        self.held[f"{HISTORY}{stack}/{stack}-{at}.checkpoint.json"] = b"{}"


def of(stack: str) -> Record:
    name = stack.partition(".")[2]
    return RECORD.with_(spec=RECORD.spec.model_copy(update={"name": name}))


@pytest.fixture
def objects() -> Objects:
    return Objects()


def reader_of(objects: Objects, tmp_path) -> StackReader:
    def no_cli() -> str:
        raise AssertionError("the CLI is not needed here")

    reader = StackReader(Backend("s3://bucket"), tmp_path, no_cli)
    # The place of the property that would open the bucket.
    vars(reader)["_store"] = StoreStacks(objects)
    return reader


def test_a_live_stack_costs_one_read(objects: Objects, tmp_path):
    objects.live("abc123.web")

    state = reader_of(objects, tmp_path).read("abc123", "web")

    assert (state.record, state.live) == (of("abc123.web"), True)
    assert (objects.listed, objects.read) == ([], [f"{STACKS}abc123.web.json"])


def test_a_deleted_stack_is_what_its_newest_entry_says(objects: Objects, tmp_path):
    objects.deleted("abc123.web")

    state = reader_of(objects, tmp_path).read("abc123", "web")

    assert state == StackState(record=of("abc123.web"), exists=True, live=False)
    assert objects.read[1:] == [f"{HISTORY}abc123.web/abc123.web-2.history.json"]


def test_a_name_that_was_never_used_is_no_stack(objects: Objects, tmp_path):
    assert reader_of(objects, tmp_path).read("abc123", "web") == StackState()


def test_a_thousand_stacks_are_listed_twice_and_read_once_each(objects: Objects, tmp_path):
    for n in range(500):
        objects.live(f"abc123.live{n}")
        objects.deleted(f"abc123.gone{n}")
    objects.live("abc1234.other")
    skipped = frozenset(f"live{n}" for n in range(500))

    states = reader_of(objects, tmp_path).read_all("abc123", skipped)

    assert [state.live for state in states] == [False] * 500
    assert objects.listed == [f"{STACKS}abc123.", f"{HISTORY}abc123."]
    assert len(objects.read) == len(set(objects.read)) == 1000


def test_every_deleted_group_is_found_by_one_read_of_each_entry(objects: Objects, tmp_path):
    for n in range(20):
        objects.deleted(f"abc123.g{n}")

    found = reader_of(objects, tmp_path).deleted("abc123")

    assert sorted(record.stack for record in found) == sorted(f"abc123.g{n}" for n in range(20))
    assert len(objects.listed) == 2
    assert len(objects.read) == len(set(objects.read)) == 40


def test_a_list_with_deleted_groups_reads_no_entry_twice(objects: Objects, tmp_path):
    for n in range(20):
        objects.deleted(f"abc123.g{n}")
    reader = reader_of(objects, tmp_path)

    assert not any(state.live for state in reader.read_all("abc123"))
    assert len(reader.deleted("abc123")) == 20
    # A checkpoint and two entries of each.
    assert len(objects.read) == len(set(objects.read)) == 60


def test_one_corrupted_stack_does_not_hide_the_others(objects: Objects, tmp_path):
    objects.live("abc123.bad")
    objects.live("abc123.good")
    objects.held[f"{STACKS}abc123.bad.json"] = b"{"

    bad, good = reader_of(objects, tmp_path).read_all("abc123")

    assert (bad.record, bad.trouble) == (of("abc123.bad"), "the state of abc123.bad is corrupted")
    assert (good.record, good.trouble) == (of("abc123.good"), "")
    with pytest.raises(UnknownFormat):
        StoreStacks(objects).read("abc123.bad")
    assert StoreStacks(objects).peek("abc123.bad") is None


@pytest.mark.parametrize(
    ("key", "ask"),
    [
        (f"{STACKS}abc123.web.json.gz", lambda stacks: stacks.names("abc123")),
        (f"{STACKS}abc123.web.json.zst", lambda stacks: stacks.read("abc123.web")),
        (f"{HISTORY}abc123.web/w-1.history.json.gz", lambda stacks: stacks.history("abc123.web")),
    ],
)
def test_what_is_compressed_is_left_to_the_cli(objects: Objects, key: str, ask):
    objects.held[key] = b""

    with pytest.raises(UnknownFormat):
        ask(StoreStacks(objects))


def test_a_stack_of_another_version_is_left_to_the_cli(objects: Objects):
    objects.held[f"{STACKS}abc123.web.json"] = b'{"version": 99}'

    with pytest.raises(UnknownFormat):
        StoreStacks(objects).read("abc123.web")
