"""What doctor asks of the engine. The CLIs here are shell scripts."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from scaling_group.engine.health import EngineHealth
from scaling_group.errors import Unreachable


def cli(file: Path, script: str) -> str:
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return str(file)


@pytest.fixture
def health(tmp_path) -> EngineHealth:
    return EngineHealth(tmp_path / "data", {})


def test_the_versions_of_the_plugin_are_those_that_the_engine_lists(health, tmp_path):
    listed = [
        {"name": "kubernetes", "kind": "resource", "version": "4.25.0"},
        {"name": "aws", "kind": "resource", "version": "7.0.0"},
        {"name": "kubernetes", "kind": "resource", "version": "v4.20.0"},
    ]
    command = cli(tmp_path / "pulumi", f"echo '{json.dumps(listed)}'")

    assert health.plugins(command) == ["4.25.0", "4.20.0"]
    assert health.plugin_needed == "4.25.0"


def test_an_engine_that_fails_is_an_error_with_what_it_said(health, tmp_path):
    command = cli(tmp_path / "pulumi", "echo no home >&2; exit 1")

    with pytest.raises(Unreachable) as caught:
        health.plugins(command)
    assert (caught.value.message, caught.value.detail) == ("pulumi plugin ls failed", "no home")


@pytest.mark.parametrize("said", ["v3.259.0", "{}", "[7]", '[{"name": "kubernetes", "version": 4}]'])
def test_a_list_of_plugins_that_is_none_is_an_error_with_what_was_said(health, tmp_path, said):
    command = cli(tmp_path / "pulumi", f"echo '{said}'")

    with pytest.raises(Unreachable) as caught:
        health.plugins(command)
    assert (caught.value.message, caught.value.detail) == (f"{command} does not list its plugins", said)


def test_the_place_of_a_download_is_below_the_data_folder(health, tmp_path):
    assert health.folder == tmp_path / "data" / "engine"


@pytest.mark.parametrize(("value", "allowed"), [("", True), ("false", True), ("true", False), ("1", False)])
def test_downloads_can_be_switched_off(tmp_path, value, allowed):
    variables = {"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": value}

    assert EngineHealth(tmp_path, variables).downloads is allowed


def test_a_folder_is_tried_without_leaving_anything(health, tmp_path):
    health.write()

    assert list(tmp_path.iterdir()) == []
    assert health.is_folder
    assert health.url == f"file://{tmp_path}/data/state"


def test_a_place_that_is_no_folder_cannot_be_written(tmp_path):
    (tmp_path / "data").write_text("")

    with pytest.raises(NotADirectoryError):
        EngineHealth(tmp_path / "data", {}).write()


def test_a_backend_of_ones_own_needs_a_passphrase(tmp_path):
    with pytest.raises(Unreachable):
        _ = EngineHealth(tmp_path, {"PULUMI_BACKEND_URL": "s3://bucket"}).url


def test_another_backend_is_listed_by_the_engine(tmp_path):
    variables = {"PULUMI_BACKEND_URL": "s3://bucket", "PULUMI_CONFIG_PASSPHRASE": "x"}
    health = EngineHealth(tmp_path, variables)
    asked = tmp_path / "asked"
    health.list_stacks(cli(tmp_path / "pulumi", f'echo "$PULUMI_BACKEND_URL $@" > {asked}'))

    assert asked.read_text() == "s3://bucket --non-interactive stack ls --project scaling-group --json\n"
    assert not health.is_folder
    assert health.locks("abc123") is None


def test_locks_are_those_of_the_environment(health, tmp_path):
    for stack in ("abc123.web", "other.web"):
        folder = tmp_path / "data/state/.pulumi/locks/organization/scaling-group" / stack
        folder.mkdir(parents=True)
        held = {"pid": 2**22, "username": "ada", "hostname": socket.gethostname(), "timestamp": "then"}
        (folder / "x.json").write_text(json.dumps(held))

    (lock,) = health.locks("abc123") or ()
    assert (lock.stack, lock.abandoned) == ("abc123.web", False)
