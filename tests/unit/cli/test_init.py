"""init writes a settings file whole, over none that is there, and asks on a terminal alone."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaling_group.errors import Conflict
from scaling_group.settings.found import find_settings
from scaling_group.settings.writing import text_of, write_new
from tests.unit.cli.done import Call
from tests.unit.cluster.answering import Server
from tests.unit.operations.fakes import ENVIRONMENT
from tests.unit.rollout.gateways import gateway, gateway_class

FLAGS = ("--environment=dev",)


def answers(*found: object) -> list[tuple[int, bytes, dict[str, str]]]:
    return [(200, json.dumps(each).encode(), {}) for each in found]


@pytest.fixture
def cluster(server: Server) -> Server:
    """A cluster with a Gateway: what init reads, in that order, and nothing for the checks after it."""
    resources = {"resources": [{"name": "gateways"}, {"name": "httproutes"}]}
    server.answers = answers(
        {"major": "1", "minor": "36"},
        resources,
        {"items": [gateway()]},
        {"items": [gateway_class()]},
        {"metadata": {"name": "default", "uid": "u"}},
        {"items": []},
        {"major": "1", "minor": "36"},
    )
    return server


def test_the_file_is_written_and_the_first_create_is_said(call: Call, cluster: Server, tmp_path: Path):
    done = call("init", *FLAGS)

    assert done.code == 0, done.err
    assert done.out.splitlines()[-1] == ("Next: scaling-group create --name=NAME --image=IMAGE --port=8080")
    assert find_settings({}, tmp_path / "scaling-group.toml", {}).environment().id == "dev"
    assert [file.name for file in tmp_path.iterdir() if "toml" in file.name] == ["scaling-group.toml"]


def test_a_file_that_is_there_is_replaced_with_force_alone(call: Call, cluster: Server, tmp_path: Path):
    file = tmp_path / "scaling-group.toml"
    file.write_text("mine")

    refused = call("init", *FLAGS)
    assert (refused.code, file.read_text()) == (4, "mine")
    assert "--force" in refused.err
    assert cluster.asked == []

    assert call("init", *FLAGS, "--force").code == 0
    assert 'environment = "dev"' in file.read_text()


def test_off_a_terminal_a_flag_is_asked_for_and_nothing_is_written(
    call: Call, cluster: Server, tmp_path: Path
):
    done = call("init")

    assert done.code == 2
    assert "--environment is not given" in done.err
    assert not (tmp_path / "scaling-group.toml").exists()


def test_on_a_terminal_an_illegal_answer_is_asked_for_again(
    call: Call, cluster: Server, on_terminal: Callable[..., tuple[int, str]], tmp_path: Path
):
    code, shown = on_terminal("Not_Legal\ndev", "init")

    assert code == 0, shown
    assert "For example: not-legal" in shown
    assert 'environment = "dev"' in (tmp_path / "scaling-group.toml").read_text()


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path):
    file = tmp_path / "scaling-group.toml"
    file.write_text("mine")

    with pytest.raises(Conflict):
        write_new(file, "ours", replace=False)
    assert file.read_text() == "mine"
    assert os.listdir(tmp_path) == [file.name]


def test_what_cannot_be_written_whole_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "link", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_new(tmp_path / "scaling-group.toml", "ours", replace=False)
    assert os.listdir(tmp_path) == []


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


@given(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40))
def test_what_is_written_is_read_back(tmp_path: Path, context: str):
    environment = ENVIRONMENT.model_copy(update={"label_domain": "example.org"})
    file = tmp_path / "scaling-group.toml"
    write_new(file, text_of(environment, context), replace=True)

    found = find_settings({}, file, {})

    assert (found.environment(), found.context) == (environment, context)


def test_without_settings_init_is_named(call: Call):
    done = call("list")

    assert done.code == 2
    assert "Write scaling-group.toml with: scaling-group init" in done.err
    assert "environment: not set (by --environment, SCALING_GROUP_ENVIRONMENT or a file)" in done.err


def test_doctor_checks_engine_and_cluster_without_settings(call: Call, server: Server):
    done = call("doctor", "-o", "json")

    results = {result["id"]: result for result in done.data}
    assert results["settings"]["outcome"] == "failed"
    assert "scaling-group init" in results["settings"]["resolution"]
    assert results["engine"]["outcome"] != "skipped"
    assert results["cluster"]["outcome"] != "skipped"
    assert results["gateway"]["summary"] == "needs: Settings"


def test_the_earlier_flag_of_the_listener_goes_on_and_means_the_same(
    call: Call, cluster: Server, tmp_path: Path
):
    refused = call("init", *FLAGS, "--section-name=https", "--section=tls")
    assert (refused.code, "two listeners are given" in refused.err) == (2, True)

    done = call("init", *FLAGS, "--section=https")
    assert done.code == 0, done.err
    assert 'section_name = "https"' in (tmp_path / "scaling-group.toml").read_text()
