"""A cloned folder: what its settings file says is data, and executes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.done import SETTINGS, Call
from tests.unit.engine.test_acquisition import fake_cli, times_asked
from tests.unit.ownership import give_away

FLAGS = ["--name=web", "--image=my-registry/server:v1", "--port=8080"]
COMMANDS = (
    ["list"],
    ["doctor"],
    ["get", "web"],
    ["create", *FLAGS],
    ["update", "web", "--replicas=2"],
    ["delete", "web", "--yes"],
    ["unlock", "web"],
)


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a binary and a settings file that names the folder of the binary."""
    good = fake_cli(tmp_path / "path" / "pulumi", "v3.259.0")
    monkeypatch.setenv("PATH", f"{good.parent}:/usr/bin:/bin")
    folder = tmp_path / "clone"
    fake_cli(folder / ".cache" / "engine" / "bin" / "pulumi", "v3.300.0")
    (folder / "scaling-group.toml").write_text(f'data_dir = "{folder}/.cache"\n{SETTINGS}')
    (folder / "kubeconfig").write_text(
        "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n"
        "contexts: [{name: c, context: {cluster: c}}]\ncurrent-context: c\n"
    )
    monkeypatch.setenv("KUBECONFIG", str(folder / "kubeconfig"))
    return folder


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("below", ["", "src/deep"])
def test_no_command_runs_the_binary_of_the_folder_it_is_called_in(
    call: Call, clone: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], below: str
):
    (clone / below).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(clone / below)

    done = call(*command)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: data_dir is not taken from {clone}/scaling-group.toml\n")
    assert times_asked(clone / ".cache" / "engine" / "bin" / "pulumi") == 0
    assert sorted(file.name for file in (clone / ".cache").iterdir()) == ["engine"]


def test_with_a_folder_of_the_users_own_the_clone_is_only_where_groups_live(
    call: Call, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(clone)
    monkeypatch.setenv("SCALING_GROUP_DATA_DIR", str(tmp_path / "data"))

    done = call("doctor", "-o", "json")

    [engine] = [check for check in done.data if check["id"] == "engine"]
    assert engine["summary"] == f"Pulumi 3.259.0 ({tmp_path}/path/pulumi)"
    assert times_asked(clone / ".cache" / "engine" / "bin" / "pulumi") == 0


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_what_somebody_else_has_put_above_the_folder_is_a_sentence(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
):
    planted = tmp_path / "scaling-group.toml"
    planted.write_text(SETTINGS)
    give_away(planted, monkeypatch)

    done = call(*command)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: the settings file {planted} is not read\n  It belongs to ")


def test_a_settings_file_that_exhausts_the_stack_is_refused(configured: Call, tmp_path: Path):
    (tmp_path / "scaling-group.toml").write_text("a = " + "[" * 100_000 + "]" * 100_000)

    done = configured("list")

    assert (done.code, done.out) == (2, "")
    assert "is nested too deep: settings are two levels" in done.err
