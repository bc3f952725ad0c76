"""Names that commit e32ca74 documents or has written down mean the same: programs and scripts go on."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import click
import orjson
import platformdirs
import pytest
import yaml

from scaling_group.cli.main import cli
from scaling_group.manifests.group import objects
from scaling_group.naming import PROJECT, RECORD_KEY, TYPE_TOKEN, record_annotation
from scaling_group.records import Record
from scaling_group.rollout.drift import drift
from scaling_group.settings.found import Settings, load_settings
from tests.upgrade.recording import DATA, NAMES, OBJECTS
from tests.upgrade.restored import SHIPPED
from tests.upgrade.seen import lost

DOCUMENTED = json.loads((SHIPPED / NAMES).read_text())
STATES = sorted(SHIPPED.rglob("stacks/*/*.json"))
HISTORIES = sorted((SHIPPED / DATA).rglob("*.history.json"))
LEFT = sorted((SHIPPED / OBJECTS).glob("*.yaml"))
DEPLOYMENT, SERVICE, ROUTE = (
    f"{TYPE_TOKEN}$kubernetes:{kind}"
    for kind in ("apps/v1:Deployment", "core/v1:Service", "gateway.networking.k8s.io/v1:HTTPRoute")
)


def resources(file: Path) -> list[dict[str, Any]]:
    return orjson.loads(file.read_bytes())["checkpoint"]["latest"].get("resources", [])


def stem(file: Path) -> str:
    return file.stem


@pytest.mark.parametrize(("module", "names"), DOCUMENTED["imports"].items())
def test_what_programs_import_is_there(module: str, names: list[str]) -> None:
    assert [name for name in names if not hasattr(importlib.import_module(module), name)] == []


@pytest.mark.parametrize(("verb", "flags"), DOCUMENTED["commands"].items())
def test_a_command_has_its_flags(verb: str, flags: list[str]) -> None:
    command = cli.get_command(click.Context(cli), verb)
    assert command is not None
    options = [
        option for option in command.get_params(click.Context(command)) if isinstance(option, click.Option)
    ]
    known = {name for option in options for name in (*option.opts, *option.secondary_opts)}
    assert set(flags) - known == set()


def value_of(setting: str) -> str:
    """Return a value that is legal for every setting, and different for each."""
    return f"/a-{setting}" if setting == "data_dir" else f"a-{setting.replace('_', '-').replace('.', '-')}"


def in_force(settings: Settings) -> dict[str, str]:
    """Return the settings by the names that the commit documents."""
    environment = settings.environment
    gateway = {f"gateway.{key}": value for key, value in environment.gateway.model_dump().items()}
    return {
        "environment": environment.id,
        "namespace": environment.namespace,
        "label_domain": environment.label_domain,
        "context": str(settings.context),
        "data_dir": str(settings.data_dir),
        **gateway,
    }


@pytest.fixture
def nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without settings, for a user who has none."""
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda _app: str(tmp_path / "user"))
    return tmp_path


def test_every_setting_is_read_from_its_variable(nothing_else: Path) -> None:
    environ = {variable: value_of(setting) for setting, variable in DOCUMENTED["settings"].items()}
    settings = in_force(load_settings({}, None, environ, nothing_else))
    assert lost(settings, {setting: value_of(setting) for setting in DOCUMENTED["settings"]}) == []


def test_every_setting_is_read_from_a_file(nothing_else: Path) -> None:
    file = nothing_else / "scaling-group.toml"
    # In TOML a dotted key is a table's.
    file.write_text("".join(f'{setting} = "{value_of(setting)}"\n' for setting in DOCUMENTED["settings"]))
    settings = in_force(load_settings({}, file, {}, nothing_else))
    assert lost(settings, {setting: value_of(setting) for setting in DOCUMENTED["settings"]}) == []


@pytest.mark.parametrize("file", STATES, ids=stem)
def test_the_types_of_resources_are_those_in_the_state(file: Path) -> None:
    types = {
        str(each["urn"]).split("::")[2].rpartition("pulumi:pulumi:Stack$")[2] for each in resources(file)
    }
    made = {each for each in types if not each.startswith("pulumi:")}
    assert made in ({TYPE_TOKEN, DEPLOYMENT, SERVICE, ROUTE}, set())


@pytest.mark.parametrize("file", LEFT, ids=stem)
def test_the_objects_of_a_record_are_those_that_were_made(file: Path) -> None:
    live = {str(item["kind"]): item for item in yaml.safe_load_all(file.read_text())}
    annotation = json.loads(live["Deployment"]["metadata"]["annotations"][record_annotation("chalk.ai")])
    record = Record.stored(annotation)
    assert record.to_config() == annotation
    wanted = objects(record.spec, record.environment, record.id, record.to_config())
    assert drift(wanted, live) == []
    for manifest in wanted:
        metadata = live[str(manifest["kind"])]["metadata"]
        assert manifest["metadata"]["labels"] == metadata["labels"]
        assert manifest["metadata"].get("annotations", {}).items() <= metadata.get("annotations", {}).items()


@pytest.mark.parametrize("file", STATES, ids=stem)
def test_the_record_in_the_state_is_read_and_written_as_it_is(file: Path) -> None:
    for resource in resources(file):
        if resource["type"] == TYPE_TOKEN:
            record = resource["inputs"]["record"]
            assert Record.stored(record).to_config() == record


@pytest.mark.parametrize("file", HISTORIES, ids=stem)
def test_the_record_in_a_history_is_read_and_written_as_it_is(file: Path) -> None:
    record = orjson.loads(file.read_bytes())["config"][f"{PROJECT}:{RECORD_KEY}"]
    assert Record.stored(record).to_config() == record


def test_a_recording_holds_nothing_of_the_machine_that_it_was_made_on() -> None:
    """No credential, no place of a program; scrub.py takes them out."""
    words = ("PRIVATE KEY", "key-data", "token:", "sourcePosition", "site-packages", "/home/", "/root/")
    texts = {file: file.read_text() for file in SHIPPED.rglob("*") if file.is_file()}
    assert [(file, word) for file, text in texts.items() for word in words if word in text] == []
