"""Reading stacks through the CLI, where the backend is not a folder that can be read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from scaling_group.engine.backend import Backend
from scaling_group.engine.cli_stacks import project_folder
from scaling_group.engine.reader import StackReader
from scaling_group.engine.state import StackState
from scaling_group.errors import Unreachable
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
    }
)
COMPONENT = {"type": "scaling-group:index:ScalingGroup", "inputs": {"record": RECORD.to_config()}}


class FakeCli:
    """A shell script that answers a command line with the file that a test named after it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.command = folder / "pulumi"
        self.command.write_text(
            "#!/bin/sh\n"
            f'cd "{folder}"\n'
            'key=$(echo "$*" | tr " /" "__")\n'
            'echo "$*" >> asked\n'
            'if [ -f "./$key" ]; then cat "./$key"; exit 0; fi\n'
            "cat error >&2; exit 255\n"
        )
        self.command.chmod(0o755)
        self.fails("error: no stack named 'x' found")

    def answers(self, arguments: str, answer: Any) -> None:
        self.prints(arguments, json.dumps(answer))

    def prints(self, arguments: str, text: str) -> None:
        key = f"--non-interactive {arguments}".replace(" ", "_").replace("/", "_")
        (self.folder / key).write_text(text)

    def fails(self, message: str) -> None:
        (self.folder / "error").write_text(message)

    def asked(self) -> list[str]:
        file = self.folder / "asked"
        lines = file.read_text().splitlines() if file.exists() else []
        return [line.removeprefix("--non-interactive ") for line in lines]


@pytest.fixture
def cli(tmp_path) -> FakeCli:
    return FakeCli(tmp_path / "cli")


@pytest.fixture
def reader(cli, tmp_path) -> StackReader:
    return StackReader(Backend("s3://bucket"), tmp_path / "data", lambda: str(cli.command))


EXPORT = "stack export --stack abc123.inference"
HISTORY = "stack history --stack abc123.inference --json --page-size 1"


def entry(kind: str = "update", result: str = "succeeded", record: Record = RECORD) -> dict[str, Any]:
    text = json.dumps(record.to_config())
    return {
        "kind": kind,
        "result": result,
        "config": {"scaling-group:record": {"value": text, "secret": False}},
    }


def test_a_live_stack_costs_one_process(cli, reader):
    cli.answers(EXPORT, {"version": 3, "deployment": {"resources": [COMPONENT]}})

    assert reader.read("abc123", "inference") == StackState(record=RECORD, exists=True, live=True)
    assert cli.asked() == [EXPORT]


def test_a_destroyed_stack_is_read_from_its_newest_history_entry(cli, reader):
    cli.answers(EXPORT, {"version": 3, "deployment": {}})
    cli.answers(HISTORY, [entry("destroy")])

    assert reader.read("abc123", "inference") == StackState(record=RECORD, exists=True, live=False)
    assert cli.asked() == [EXPORT, HISTORY]


def test_a_stack_without_history_is_free(cli, reader):
    cli.answers(EXPORT, {"version": 3, "deployment": {}})
    cli.answers(HISTORY, [])

    assert reader.read("abc123", "inference") == StackState(exists=True)


def test_a_stack_that_does_not_exist_is_no_error(reader):
    assert reader.read("abc123", "inference") == StackState()


def test_a_backend_that_cannot_be_read_is_unreachable_with_what_the_cli_said(cli, reader):
    cli.fails("error: AccessDenied: no")

    with pytest.raises(Unreachable) as caught:
        reader.read("abc123", "inference")

    assert caught.value.message == "the state in s3://bucket cannot be read"
    assert caught.value.detail == "error: AccessDenied: no"
    assert "PULUMI_BACKEND_URL" in caught.value.resolution


LIST = "stack ls --project scaling-group --json"
HISTORY_OF_ALL = "stack history --stack abc123.inference --json --page-size 0"


@pytest.mark.parametrize(
    ("asked", "answer", "look"),
    [
        (EXPORT, [], "read"),
        (EXPORT, {"deployment": "text"}, "read"),
        (EXPORT, {"deployment": {"resources": [[]]}}, "read"),
        (
            EXPORT,
            {"deployment": {"resources": [{"type": "kubernetes:a", "outputs": {"metadata": 1}}]}},
            "read",
        ),
        (HISTORY, {"kind": "update"}, "newest"),
        (HISTORY, [{"config": {"scaling-group:record": {"value": "[1]"}}}], "newest"),
        (HISTORY_OF_ALL, ["text"], "history"),
        (LIST, [{"name": None}, 7], "names"),
    ],
)
def test_an_answer_of_another_form_ends_in_a_sentence_with_the_command(cli, reader, asked, answer, look):
    cli.answers(HISTORY, [])
    cli.answers(asked, answer)

    with pytest.raises(Unreachable) as caught:
        getattr(reader, look)(*["abc123", "inference"][: 1 if look == "names" else 2])

    assert caught.value.message.startswith("the state in s3://bucket cannot be read: it is corrupted")
    assert caught.value.detail
    assert caught.value.resolution == f"Look at it with: pulumi {asked}"


def test_an_answer_that_is_no_json_ends_in_a_sentence(cli, reader):
    cli.prints(EXPORT, "warning: a proxy has something to say")

    with pytest.raises(Unreachable, match="cannot be read: it is corrupted"):
        reader.read("abc123", "inference")


def test_all_stacks_of_an_environment_less_those_to_skip(cli, reader):
    names = ["organization/scaling-group/abc123.inference", "abc123.seen", "abc1234.other", "other.inference"]
    cli.answers("stack ls --project scaling-group --json", [{"name": name} for name in names])
    cli.answers(EXPORT, {"version": 3, "deployment": {"resources": [COMPONENT]}})

    (found,) = reader.read_all("abc123", frozenset({"seen"}))

    assert found.record == RECORD
    assert cli.asked() == ["stack ls --project scaling-group --json", EXPORT]


def test_deleted_groups_are_found_oldest_first(cli, reader):
    cli.answers("stack ls --project scaling-group --json", [{"name": "abc123.inference"}])
    newest_first = [entry("destroy", record=RECORD.with_(revision=3)), entry(), entry("destroy")]
    cli.answers("stack history --stack abc123.inference --json --page-size 0", newest_first)

    assert [record.revision for record in reader.deleted("abc123")] == [2, 3]


def no_cli() -> str:
    raise AssertionError("the CLI is not needed here")


def write_checkpoint(tmp_path: Path, version: int) -> Backend:
    folder = tmp_path / "state" / ".pulumi" / "stacks" / "scaling-group"
    folder.mkdir(parents=True)
    content = {"version": version, "checkpoint": {"latest": {"resources": [COMPONENT]}}}
    (folder / "abc123.inference.json").write_text(json.dumps(content))
    return Backend(f"file://{tmp_path}/state")


def test_a_folder_is_read_without_the_cli(tmp_path):
    reader = StackReader(write_checkpoint(tmp_path, 3), tmp_path / "data", no_cli)

    assert reader.read("abc123", "inference").record == RECORD
    assert reader.read("abc123", "other") == StackState()
    assert [state.record for state in reader.read_all("abc123")] == [RECORD]
    assert reader.deleted("abc123") == []


def test_a_folder_in_an_unknown_format_is_read_through_the_cli(cli, tmp_path):
    reader = StackReader(write_checkpoint(tmp_path, 9), tmp_path / "data", lambda: str(cli.command))
    cli.answers(EXPORT, {"version": 9, "deployment": {"resources": [COMPONENT]}})

    assert reader.read("abc123", "inference").record == RECORD


def test_the_project_file_is_written_once(tmp_path):
    folder = project_folder(tmp_path / "a" / "b")
    file = folder / "Pulumi.yaml"
    assert file.read_text() == "name: scaling-group\nruntime: python\n"
    file.write_text("the user's own")

    project_folder(folder)

    assert file.read_text() == "the user's own"


@pytest.fixture
def folder_reader(tmp_path: Path) -> StackReader:
    """A reader of a folder whose stack `abc123.web` holds the record of `abc123.inference`."""
    stacks = tmp_path / ".pulumi" / "stacks" / "scaling-group"
    stacks.mkdir(parents=True)
    for stack in ("web", "inference"):
        checkpoint = {"version": 3, "checkpoint": {"latest": {"resources": [COMPONENT]}}}
        (stacks / f"abc123.{stack}.json").write_text(json.dumps(checkpoint))
    return StackReader(Backend(f"file://{tmp_path}"), tmp_path, lambda: "")


def test_a_stack_that_holds_the_record_of_another_one_is_left_alone(folder_reader):
    with pytest.raises(Unreachable) as raised:
        folder_reader.read("abc123", "web")

    assert raised.value.message == (
        "the stack abc123.web holds the record of abc123.inference, and is left alone"
    )
    assert folder_reader.peek("abc123", "web") is None
    assert folder_reader.read("abc123", "inference").record == RECORD


def test_such_a_stack_does_not_hide_the_others(folder_reader):
    inference, web = folder_reader.read_all("abc123")

    assert inference.record == RECORD
    assert web.record is None
    assert "holds the record of abc123.inference" in web.trouble


def test_a_history_of_another_stack_tells_nothing_of_a_group(cli, reader):
    cli.answers(
        "stack ls --project scaling-group --json", [{"name": "organization/scaling-group/abc123.web"}]
    )
    cli.answers("stack history --stack abc123.web --json --page-size 0", [entry("destroy")])

    assert reader.history("abc123", "web") == []
    assert reader.deleted("abc123") == []


def test_one_stack_in_an_unknown_format_is_all_that_the_cli_is_asked_for(cli, tmp_path):
    backend = write_checkpoint(tmp_path, 9)
    known = tmp_path / "state" / ".pulumi" / "stacks" / "scaling-group" / "abc123.web.json"
    known.write_text(json.dumps({"version": 3, "checkpoint": {"latest": {}}}))
    reader = StackReader(backend, tmp_path / "data", lambda: str(cli.command))
    cli.answers(EXPORT, {"version": 9, "deployment": {"resources": [COMPONENT]}})

    inference, web = reader.read_all("abc123")

    assert (inference.record, web) == (RECORD, StackState(exists=True))
    assert cli.asked() == [EXPORT]
    assert reader.peek("abc123", "inference") is None
    assert reader.peek("abc123", "web") == StackState(exists=True)


def test_stacks_of_an_organization_are_asked_for_in_it(cli, tmp_path):
    backend = Backend("https://api.pulumi.com", organization="acme")
    reader = StackReader(backend, tmp_path / "data", lambda: str(cli.command))
    cli.answers(f"{LIST} --organization acme", [{"name": "acme/scaling-group/abc123.inference"}])
    cli.answers(
        "stack export --stack acme/scaling-group/abc123.inference",
        {"version": 3, "deployment": {"resources": [COMPONENT]}},
    )

    assert [state.record for state in reader.read_all("abc123")] == [RECORD]
    reader.history("abc123", "inference")
    assert cli.asked()[2:] == [
        "stack history --stack acme/scaling-group/abc123.inference --json --page-size 0",
    ]


def test_the_cli_is_not_asked_to_list_a_database_which_it_waits_for_for_ever(cli, tmp_path, monkeypatch):
    """Seen with 3.274.1 on two cores, as soon as there are a few stacks."""
    monkeypatch.delitem(sys.modules, "scaling_group.engine.tables", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    reader = StackReader(Backend("postgres://p:s3cret-word@db/state"), tmp_path, lambda: str(cli.command))

    with pytest.raises(Unreachable) as caught:
        reader.names("abc123")
    assert caught.value.message == "the stacks in postgres://***@db/state cannot be listed"
    assert "pip install 'pulumi-scaling-group[postgres]'" in caught.value.resolution
    assert cli.asked() == []
