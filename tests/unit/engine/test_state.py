"""Checkpoints and history of a folder backend, after the files that Pulumi 3.259 writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scaling_group.engine.backend import Backend
from scaling_group.engine.folder_stacks import FolderStacks
from scaling_group.engine.reader import StackReader
from scaling_group.engine.shapes import deployment_of, entry_of
from scaling_group.engine.state import Corrupted, Held, StackState, UnknownFormat, state_of
from scaling_group.records import Record

RECORD = Record.model_validate(
    {
        "id": "0b3f9b1e",
        "spec": {"image": "a/b:1", "name": "inference", "port": 8080},
        "environment": {
            "id": "abc123",
            "gateway": {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"},
        },
        "revision": 2,
        "created": "2026-01-02T03:04:05Z",
    }
)
STACK_RESOURCE = {"urn": "urn:pulumi:s::p::pulumi:pulumi:Stack::s", "type": "pulumi:pulumi:Stack"}
COMPONENT = {
    "urn": "urn:pulumi:s::p::scaling-group:index:ScalingGroup::inference",
    "type": "scaling-group:index:ScalingGroup",
    "inputs": {"record": RECORD.to_config()},
}
PROVIDER = {
    "urn": "urn:pulumi:s::p::pulumi:providers:kubernetes::default",
    "type": "pulumi:providers:kubernetes",
    "inputs": {"context": "kind-old", "clusterIdentifier": "uid"},
}
DEPLOYMENT = {
    "urn": "urn:pulumi:s::p::kubernetes:apps/v1:Deployment::x",
    "type": "kubernetes:apps/v1:Deployment",
    "outputs": {"metadata": {"name": "x", "uid": "uid-1"}},
}


class Folder:
    """A `.pulumi` folder that a test fills."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "stacks" / "scaling-group").mkdir(parents=True)

    def checkpoint(self, stack: str, *resources: dict[str, Any], version: Any = 3, **latest: Any) -> None:
        inner = {"manifest": {}, **({"resources": list(resources)} if resources else {}), **latest}
        content = {"version": version, "checkpoint": {"stack": f"organization/p/{stack}", "latest": inner}}
        self.file(f"{stack}.json", json.dumps(content))
        self.file(f"{stack}.json.bak", json.dumps(content))
        self.file(f"{stack}.json.attrs", "{}")

    def file(self, name: str, text: str) -> None:
        (self.folder / "stacks" / "scaling-group" / name).write_text(text)

    def entry(self, stack: str, nanos: int, record: Record, kind="update", result="succeeded") -> None:
        folder = self.folder / "history" / "scaling-group" / stack
        folder.mkdir(parents=True, exist_ok=True)
        config = {"kubernetes:context": "kind-old", "scaling-group:record": record.to_config()}
        entry = {"kind": kind, "result": result, "config": config, "version": 0}
        (folder / f"{stack}-{nanos}.history.json").write_text(json.dumps(entry))
        (folder / f"{stack}-{nanos}.checkpoint.json").write_text("{}")

    def read(self, stack: str = "abc123.inference") -> StackState:
        return FolderStacks(self.folder).read(stack)


@pytest.fixture
def folder(tmp_path) -> Folder:
    return Folder(tmp_path / ".pulumi")


@pytest.mark.parametrize("version", [3, 4])
def test_a_live_stack_gives_the_record_of_its_component(folder, version):
    folder.checkpoint("abc123.inference", STACK_RESOURCE, PROVIDER, COMPONENT, DEPLOYMENT, version=version)

    held = (Held("Deployment", DEPLOYMENT["urn"], "uid-1", "x"),)
    assert folder.read() == StackState(record=RECORD, exists=True, live=True, context="kind-old", held=held)


def test_the_component_counts_and_not_the_history(folder):
    folder.checkpoint("abc123.inference", STACK_RESOURCE, COMPONENT)
    folder.entry("abc123.inference", 1795486658739694748, RECORD.with_(revision=9), kind="destroy")

    found = folder.read()

    assert (found.record, found.live, found.context) == (RECORD, True, None)


def test_a_stack_that_nobody_made_does_not_exist(folder):
    assert folder.read() == StackState(record=None, exists=False, live=False, context=None)


def test_a_folder_that_nobody_made_holds_nothing(tmp_path):
    state = FolderStacks(tmp_path / "none")

    assert state.read("abc123.inference") == StackState()
    assert list(state.names("abc123")) == []


def test_a_new_stack_exists_and_is_free(folder):
    folder.checkpoint("abc123.inference")

    assert folder.read() == StackState(exists=True)


def test_a_destroyed_stack_gives_the_newest_record_of_its_history(folder):
    folder.checkpoint("abc123.inference")
    folder.entry("abc123.inference", 1795486658739694748, RECORD.with_(revision=1))
    folder.entry("abc123.inference", 1795486703445246182, RECORD, kind="destroy")
    folder.entry("abc123.inference", 1795486681149577028, RECORD.with_(revision=8))

    assert folder.read() == StackState(record=RECORD, exists=True, live=False)


def test_only_a_destroy_that_succeeded_makes_a_stack_deleted(folder):
    folder.checkpoint("abc123.inference", STACK_RESOURCE)
    folder.entry("abc123.inference", 1, RECORD, kind="destroy", result="failed")
    assert folder.read().live

    folder.entry("abc123.inference", 2, RECORD, kind="destroy")
    assert not folder.read().live


def test_an_update_that_failed_before_any_resource_is_still_a_group(folder):
    folder.checkpoint("abc123.inference")
    folder.entry("abc123.inference", 1, RECORD, result="failed")

    assert folder.read() == StackState(record=RECORD, exists=True, live=True)


def test_the_stack_resource_alone_is_not_live(folder):
    folder.checkpoint("abc123.inference", STACK_RESOURCE)

    assert not folder.read().live


@pytest.mark.parametrize("version", [1, 2, 5, "3", None])
def test_an_unknown_version_is_left_to_the_cli(folder, version):
    folder.checkpoint("abc123.inference", COMPONENT, version=version)

    with pytest.raises(UnknownFormat):
        folder.read()


@pytest.mark.parametrize("text", ["", "{", "no json"])
def test_a_file_that_is_cut_short_is_named_with_its_intact_copies(folder, text):
    folder.checkpoint("abc123.inference", COMPONENT)
    whole = folder.folder / "stacks" / "scaling-group" / "abc123.inference.json"
    backup = whole.with_name("abc123.inference.json.bak")
    backup.write_bytes(whole.read_bytes())
    folder.file("abc123.inference.json", text)

    with pytest.raises(Corrupted, match=r"abc123\.inference\.json is corrupted") as raised:
        folder.read()
    assert str(backup) in raised.value.detail
    assert raised.value.resolution.endswith(f"cp {backup} {whole}")

    backup.write_text("{")
    with pytest.raises(Corrupted) as raised:
        folder.read()
    assert raised.value.detail == "There is no copy."
    aside, *rest = raised.value.resolution.splitlines()
    assert aside == f"Put it aside: mv {whole} {whole}.corrupted"
    assert rest == [
        "Then bring back what is in the cluster with: scaling-group adopt --name=inference",
        "or, where there is no Deployment of it, create it again.",
    ]


@pytest.mark.parametrize("text", ["[]", "null", '"text"'])
def test_a_file_that_is_no_checkpoint_is_left_to_the_cli(folder, text):
    folder.file("abc123.inference.json", text)

    with pytest.raises(UnknownFormat):
        folder.read()


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_a_compressed_stack_is_left_to_the_cli(folder, suffix):
    folder.file(f"abc123.inference.json.{suffix}", "not read")

    with pytest.raises(UnknownFormat):
        folder.read()
    with pytest.raises(UnknownFormat):
        FolderStacks(folder.folder).names("abc123")


def test_names_are_the_stacks_of_one_environment(folder):
    for stack in ("abc123.b", "abc123.a", "abc1234.x", "abc.y"):
        folder.checkpoint(stack)
    folder.file("abc123.c.json.tmp", "{}")

    assert FolderStacks(folder.folder).names("abc123") == ["abc123.a", "abc123.b"]


def no_cli() -> str:
    raise AssertionError("the CLI is not needed here")


def test_every_delete_of_a_stack_is_found_oldest_first(folder, tmp_path):
    folder.checkpoint("abc123.inference")
    for nanos, revision, kind, result in (
        (3, 3, "destroy", "succeeded"),
        (1, 1, "destroy", "succeeded"),
        (2, 2, "update", "succeeded"),
        (4, 4, "destroy", "failed"),
    ):
        folder.entry("abc123.inference", nanos, RECORD.with_(revision=revision), kind, result)

    reader = StackReader(Backend(f"file://{tmp_path}"), tmp_path / "data", no_cli)

    assert [record.revision for record in reader.deleted("abc123")] == [1, 3]
    assert reader.deleted("other") == []


@pytest.mark.parametrize(
    "value",
    [
        RECORD.to_config(),
        {"value": json.dumps(RECORD.to_config()), "secret": False},
        {"value": json.dumps(RECORD.to_config()), "objectValue": RECORD.to_config(), "secret": False},
        {"objectValue": RECORD.to_config(), "secret": False},
    ],
    ids=["file", "cli text", "cli both", "cli object"],
)
def test_configuration_is_read_as_files_hold_it_and_as_the_cli_prints_it(value):
    entry = {"kind": "update", "result": "succeeded", "config": {"scaling-group:record": value}}

    assert state_of(deployment_of({}), entry_of(entry)).record == RECORD


@pytest.mark.parametrize(
    "config",
    [None, {}, {"other:key": "x"}, {"scaling-group:record": {}}, {"scaling-group:record": {"spec": 1}}],
)
def test_a_history_without_a_readable_record_gives_none(config):
    entry = entry_of({"kind": "update", "result": "succeeded", "config": config})

    assert state_of(deployment_of({}), entry).record is None


def test_a_component_without_a_readable_record_is_live_without_one():
    component = {**COMPONENT, "inputs": {"record": {"future": "field"}}}

    found = state_of(deployment_of({"resources": [component]}), None)

    assert found == StackState(exists=True, live=True)


def with_provider(**inputs: Any) -> dict[str, Any]:
    return {"latest": {"resources": [{**PROVIDER, "inputs": inputs}, COMPONENT]}}


@pytest.mark.parametrize(
    "checkpoint",
    [
        pytest.param([], id="a list"),
        pytest.param("text", id="a text"),
        pytest.param({"latest": [1]}, id="a list of numbers"),
        pytest.param({"latest": {"resources": {"0": COMPONENT}}}, id="resources by number"),
        pytest.param({"latest": {"resources": [None]}}, id="no resource"),
        pytest.param({"latest": {"resources": [{"type": ["kubernetes:"]}]}}, id="a type that is a list"),
        pytest.param(
            {"latest": {"resources": [{**COMPONENT, "inputs": "text"}]}}, id="inputs that are a text"
        ),
        pytest.param(
            {"latest": {"resources": [{**DEPLOYMENT, "outputs": [[]]}]}}, id="outputs that are a list"
        ),
        pytest.param(
            {"latest": {"resources": [{**DEPLOYMENT, "outputs": {"metadata": "x"}}]}},
            id="metadata that are a text",
        ),
        pytest.param(with_provider(context=["kind-old"]), id="a context that is a list"),
    ],
)
def test_json_of_another_form_is_a_corrupted_checkpoint(folder, checkpoint):
    folder.checkpoint("abc123.inference", COMPONENT)
    whole = folder.folder / "stacks" / "scaling-group" / "abc123.inference.json"
    # A copy that is JSON of another form too is none.
    folder.entry("abc123.inference", 1, RECORD)
    folder.file("abc123.inference.json", json.dumps({"version": 3, "checkpoint": checkpoint}))

    with pytest.raises(Corrupted, match=r"abc123\.inference\.json is corrupted") as raised:
        folder.read()
    assert raised.value.resolution.endswith(f"cp {whole}.bak {whole}")
    assert ".checkpoint.json" not in raised.value.detail

    folder.file("abc123.inference.json.bak", whole.read_text())
    with pytest.raises(Corrupted) as raised:
        folder.read()
    assert raised.value.detail == "There is no copy."


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(None, id="nothing"),
        pytest.param([], id="a list"),
        pytest.param({"kind": ["destroy"]}, id="a kind that is a list"),
        pytest.param({"config": "text"}, id="a configuration that is a text"),
        pytest.param({"config": {"scaling-group:record": [[]]}}, id="a record that is a list"),
        pytest.param({"config": {"scaling-group:record": {"value": "{"}}}, id="a text that is no JSON"),
        pytest.param({"config": {"scaling-group:record": {"value": "[1]"}}}, id="a text that is a list"),
    ],
)
def test_an_entry_of_another_form_is_a_corrupted_history_that_hides_no_other_stack(folder, tmp_path, entry):
    folder.checkpoint("abc123.inference")
    folder.checkpoint("abc123.other")
    past = folder.folder / "history" / "scaling-group" / "abc123.inference"
    past.mkdir(parents=True)
    file = past / "abc123.inference-1.history.json"
    file.write_text(json.dumps(entry))
    reader = StackReader(Backend(f"file://{tmp_path}"), tmp_path / "data", no_cli)

    for look in (reader.read, reader.history, reader.newest):
        with pytest.raises(Corrupted, match=r"abc123\.inference-1\.history\.json is corrupted") as raised:
            look("abc123", "inference")
        assert raised.value.resolution.endswith(f"mv {file} {file}.corrupted")
    assert reader.peek("abc123", "inference") is None
    inference, other = reader.read_all("abc123")
    assert (inference.record, other) == (None, StackState(exists=True))
    assert "is corrupted" in inference.trouble

    file.rename(f"{file}.corrupted")
    assert reader.read("abc123", "inference") == StackState(exists=True)


def test_a_corrupted_stack_with_a_compressed_history_hides_no_other(folder, tmp_path):
    folder.checkpoint("abc123.inference", COMPONENT)
    folder.file("abc123.broken.json", '{"version": 3')
    past = folder.folder / "history" / "scaling-group" / "abc123.broken"
    past.mkdir(parents=True)
    (past / "abc123.broken-1.history.json.gz").write_bytes(b"")
    reader = StackReader(Backend(f"file://{tmp_path}"), tmp_path / "data", no_cli)

    broken, inference = reader.read_all("abc123")
    assert (broken.record, broken.exists) == (None, True)
    assert "abc123.broken.json is corrupted" in broken.trouble
    assert inference.record == RECORD
