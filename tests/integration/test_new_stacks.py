"""A stack that is made without a process is, for the engine, the one that it would have made."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scaling_group.engine.acquisition import Acquisition
from scaling_group.engine.backend import Backend, choose_backend
from scaling_group.engine.process import QUIET
from scaling_group.engine.writer import StackWriter
from tests.unit.engine.test_writer import Credentials
from tests.unit.operations.fakes import record_of, silent

pytestmark = pytest.mark.integration


@dataclass(frozen=True)
class Engine:
    """The real CLI in the folders of stacks. at: the work folder."""

    backend: Backend
    at: Path

    def run(self, *arguments: str, given: str = "") -> str:
        environ = {**os.environ, **QUIET, **self.backend.variables}
        command = ("pulumi", "--non-interactive", *arguments)
        done = subprocess.run(
            command, cwd=self.at, env=environ, input=given, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments))


@pytest.fixture
def engines(tmp_path: Path, toolchain: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Engine, Engine]:
    """Two stacks of one backend: `engines` is the engine's, `ours` was made without it."""
    monkeypatch.setenv("PATH", f"{toolchain / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    data = tmp_path / "data"
    backend = choose_backend(data, {})
    writer = StackWriter(backend, data, Acquisition(data, silent), Credentials())
    made = [record_of("engines"), record_of("ours")]
    for record in made:
        with writer.locked(record.stack):
            writer.create_stack(record, silent)
    first, second = (Engine(backend, data / "work" / record.stack) for record in made)
    return first, second


def plain(engine: Engine, told: str) -> str:
    """Return what is told of a stack as it would be told of any, at any time."""
    name = engine.at.name
    lines = [line for line in told.splitlines() if "Last updated" not in line]
    return "\n".join(lines).replace(name, "STACK").replace(name.partition(".")[2], "GROUP")


def test_the_engine_sees_no_difference(engines: tuple[Engine, Engine], tmp_path: Path) -> None:
    salts, exported, told = [], [], []
    for engine in engines:
        name = ("--stack", engine.at.name)
        whole = engine.json("stack", "export", *name)
        assert whole["deployment"]["manifest"].pop("time")
        salts.append(whole["deployment"]["secrets_providers"]["state"]["salt"])
        exported.append(plain(engine, json.dumps(whole)))
        commands = (["stack", "history", "--json"], ["config", "--json"], ["stack", "--show-ids"])
        told.append([plain(engine, engine.run(*command, *name)) for command in commands])
    assert salts[0] == salts[1]
    assert exported[0] == exported[1]
    assert told[0] == told[1]
    assert told[1][0] == "[]"

    first, second = engines
    [one, two] = second.json("stack", "ls", "--json")
    assert (one["name"], two["name"]) == (first.at.name, second.at.name)
    assert {**one, "name": "", "lastUpdate": ""} == {**two, "name": "", "lastUpdate": ""}

    # Its secrets can be written and read, also where there is only the backend and the passphrase.
    name = ("--stack", second.at.name)
    second.run("config", "set", "--secret", "token", "made up", *name)
    assert second.run("config", "get", "token", *name).strip() == "made up"
    elsewhere = Engine(second.backend, tmp_path / "elsewhere")
    elsewhere.at.mkdir()
    (elsewhere.at / "Pulumi.yaml").write_text("name: scaling-group\nruntime: python\n")
    elsewhere.run("config", "set", "--secret", "token", "made up too", *name)
    assert elsewhere.run("config", "get", "token", *name).strip() == "made up too"

    # What is exported is taken back, and the stack can be removed.
    file = tmp_path / "exported.json"
    second.run("stack", "export", *name, "--file", str(file))
    elsewhere.run("stack", "import", *name, "--file", str(file))
    second.run("stack", "rm", "--yes", *name)
    [left] = first.json("stack", "ls", "--json")
    assert left["name"] == first.at.name
