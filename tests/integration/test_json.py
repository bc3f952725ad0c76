"""What commands really print is what their schemas say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import TypeAdapter

from scaling_group.cli.outputs import OUTPUTS
from tests.integration.terminal import ROOT, Terminal

pytestmark = pytest.mark.integration

WEB = ("--image=my-registry/server:v1", "--port=8080")


def checked(terminal: Terminal, output: str, *arguments: str) -> Any:
    """Run a command, compare what it prints with the published schema, and return it."""
    done = terminal.group(*arguments, "-o", "json")
    printed = json.loads(done.stderr if output == "error" else done.stdout)
    stands_for = next(name for name, shape in OUTPUTS.items() if shape == OUTPUTS[output])
    schema = json.loads((ROOT / "docs" / "schemas" / f"{stands_for}.json").read_text())
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(printed)
    # The schema lets unknown fields pass, for later versions; this one prints none.
    TypeAdapter(OUTPUTS[output]).validate_json(json.dumps(printed))
    return printed


def test_every_output_is_what_its_schema_says(terminal: Terminal) -> None:
    checked(terminal, "plan", "create", "--name=web", *WEB, "--dry-run")
    checked(terminal, "create", "create", "--name=web", *WEB, "--tags=team=ml")
    checked(terminal, "plan", "update", "web", "--replicas=2", "--dry-run")
    checked(terminal, "update", "update", "web", "--replicas=2", "--no-wait")
    checked(terminal, "rollback", "rollback", "web", "--to=1", "--no-wait")
    terminal.kubectl("delete", "service", "web")
    assert checked(terminal, "get", "get", "web")["drift"] == ["Service present → missing"]
    assert len(checked(terminal, "list", "list")) == 1
    assert len(checked(terminal, "history", "history", "web")) == 3
    assert len(checked(terminal, "history", "history", "--all")) == 3
    assert len(checked(terminal, "diff", "diff", "--name=web")) == 1
    assert len(checked(terminal, "diff", "diff", "--name=web", "--live")) == 1
    assert len(checked(terminal, "export", "export", "--all")) == 1
    checked(terminal, "unlock", "unlock", "web")
    checked(terminal, "delete", "delete", "web", "--no-wait")
    checked(terminal, "list", "list", "--include-deleted")
    checked(terminal, "restore", "restore", "web", "--no-wait")
    colleague = terminal.with_variables(SCALING_GROUP_DATA_DIR=str(terminal.folder / "colleague"))
    checked(colleague, "adopt", "adopt", "web", "--yes", "--no-wait")


def test_files_of_groups_and_errors_are_what_their_schemas_say(terminal: Terminal) -> None:
    (terminal.folder / "groups.yaml").write_text(
        "{name: good, image: a, port: 80}\n---\n{name: bad, image: 'simulate/crash-loop:1', port: 80}\n"
    )
    assert checked(terminal, "validate", "validate", "-f", "groups.yaml")["warnings"]
    assert len(checked(terminal, "plans", "apply", "-f", "groups.yaml", "--dry-run")) == 2
    good, bad = checked(terminal, "apply", "apply", "-f", "groups.yaml", "--timeout=120s")
    assert (good["group"]["status"], good["error"]) == ("Available", None)
    assert (bad["group"], bad["error"]["exitCode"]) == (None, 1)
    assert checked(terminal, "error", "get", "none")["exitCode"] == 3
    faults = checked(terminal, "error", "create", "--name=web", "--image=a", "--port=0")["faults"]
    assert [fault["field"] for fault in faults] == ["--port"]
    assert checked(terminal, "error", "create", "--no-such-flag")["exitCode"] == 2
