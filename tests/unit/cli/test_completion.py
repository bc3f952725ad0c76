"""What the tab key offers: groups and revisions that there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from scaling_group.cli.main import cli
from scaling_group.records import Action, now
from tests.unit.cli.done import Call
from tests.unit.cluster.answering import Server
from tests.unit.engine.test_state import COMPONENT, RECORD, STACK_RESOURCE, Folder


def offered(line: str) -> list[str]:
    """Return what is offered for the last word of a line."""
    *words, incomplete = line.split(" ")
    found = ShellComplete(cli, {}, "scaling-group", "_X").get_completions(words, incomplete)
    return [item.value for item in found]


@pytest.fixture
def groups(configured: Call, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """`inference`, which lives, and `ingest`, which is deleted, in a state folder."""
    folder = Folder(tmp_path / "state" / ".pulumi")
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path / 'state'}")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    folder.checkpoint("abc123.inference", STACK_RESOURCE, COMPONENT)
    ingest = RECORD.with_(spec=RECORD.spec.model_copy(update={"name": "ingest"}), deleted=now())
    folder.checkpoint("abc123.ingest")
    folder.entry("abc123.ingest", 1795486658739694748, ingest, kind="destroy")
    for revision in (1, 2):
        record = RECORD.with_(revision=revision, action=Action.UPDATE, message=f"try {revision}")
        folder.entry("abc123.inference", 1795486658739694748 + revision, record)
    return folder


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("update in", ["inference"]),
        ("delete --name in", ["inference"]),
        ("logs x", []),
        ("restore in", ["ingest"]),
        ("history in", ["inference", "ingest"]),
        ("describe in", ["inference", "ingest"]),
        ("export in", ["inference"]),
        ("diff in", ["inference", "ingest"]),
        ("get --environment other in", []),
    ],
)
def test_groups_are_offered_to_whom_they_are_of_use(groups: Folder, line: str, names: list[str]):
    assert sorted(offered(line)) == names


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("rollback inference --to ", ["2", "1"]),
        ("get --name inference --revision 1", ["1"]),
        ("diff --name inference ", ["2", "1"]),
        ("diff inference ", ["2", "1"]),
        ("restore ingest --revision ", []),
        ("rollback --to ", []),
    ],
)
def test_revisions_of_the_group_that_is_named_are_offered(groups: Folder, line: str, numbers: list[str]):
    assert offered(line) == numbers


@pytest.mark.parametrize("line", ["get --rev", "diff --name inference --li"])
def test_flags_are_those_of_the_command(groups: Folder, line: str):
    assert len(offered(line)) == 1


def test_state_that_is_in_no_folder_is_not_asked_for(groups: Folder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://bucket")

    assert offered("get in") == []


def test_state_is_looked_for_where_commands_keep_it(groups: Folder, tmp_path: Path, monkeypatch):
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    monkeypatch.setenv("SCALING_GROUP_DATA_DIR", str(tmp_path))

    assert offered("update in") == ["inference"]


def test_state_is_looked_for_where_a_settings_file_says(groups: Folder, tmp_path: Path, monkeypatch):
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    moved = tmp_path / "settings of ada" / "team state"
    moved.parent.mkdir()
    groups.folder.parent.rename(moved)
    file = moved.parent / "scaling-group.toml"
    file.write_text('environment = "abc123"\n[state]\nbackend = "file://./team%20state"\n')
    monkeypatch.setenv("SCALING_GROUP_CONFIG", str(file))

    assert offered("update in") == ["inference"]


def test_a_shell_is_told_nothing_that_it_would_take_for_more(groups: Folder):
    groups.entry("abc123.inference", 1795486658739694760, RECORD.with_(revision=3, message="a\nplain\nb"))
    groups.checkpoint("abc123.in\n$(x)")

    words = ["rollback", "inference", "--to"]
    found = ShellComplete(cli, {}, "scaling-group", "_X").get_completions(words, "3")
    assert [item.help for item in found] == ["a/b:1 a\\nplain\\nb"]
    assert offered("history in") == ["inference", "ingest"]


def test_damaged_state_offers_nothing(groups: Folder):
    groups.file("abc123.inference.json", "{")

    assert offered("update in") == []


def test_a_tab_never_ends_in_an_error(call: Call):
    assert offered("get in") == []
