"""The schemas of what commands print."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

import click
import pytest
from jsonschema import Draft202012Validator, ValidationError

from scaling_group.cli.errors import print_error
from scaling_group.cli.main import VERBS, cli, run
from scaling_group.cli.outputs import OUTPUTS, output_schema
from scaling_group.errors import Fault, InvalidInput, NotFound

#: Kubernetes objects have schemas of their own.
ELSEWHERE = {"render"}


def verbs_with_json() -> Iterator[str]:
    for verb in VERBS:
        command = cli.get_command(click.Context(cli), verb)
        choices = [p.type for p in command.params if p.name == "output" and "-o" in p.opts]
        if any("json" in choice.choices for choice in choices):
            yield verb


def test_every_command_that_prints_json_has_a_schema():
    assert set(verbs_with_json()) - ELSEWHERE == OUTPUTS.keys() - {"plan", "plans", "error"}


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_schema_is_one_of_its_dialect_and_open_to_new_fields(name):
    schema = schema_of(name)

    Draft202012Validator.check_schema({**schema, "$defs": defined_first(name)})
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    closed = [part for part in parts(schema) if part.get("additionalProperties") is False]
    # What people write by hand refuses what it does not know.
    assert bool(closed) is (name == "export")


@pytest.mark.parametrize("name", sorted(OUTPUTS.keys() - {"export"}))
def test_every_field_is_always_there(name):
    for part in parts(schema_of(name)):
        if "properties" in part:
            assert set(part["required"]) == part["properties"].keys()


def test_an_error_is_what_its_schema_says(capsys):
    for error in (
        NotFound("no", detail="why", resolution="what to do"),
        InvalidInput("bad", [Fault("port", "is 0")]),
    ):
        print_error(error, as_json=True)
        printed = json.loads(capsys.readouterr().err)
        Draft202012Validator(output_schema("error")).validate(printed)
        assert printed["exitCode"] == error.exit_code
    assert printed["faults"] == [{"field": "port", "message": "is 0"}]
    with pytest.raises(ValidationError):
        Draft202012Validator(output_schema("error")).validate({"error": "no"})


def test_the_command_prints_the_schema_of_an_output(capsys):
    assert run(["schema", "--of=history"]) == 0
    assert json.loads(capsys.readouterr().out) == output_schema("history")
    assert run(["schema", "--of=nothing"]) == 2


#: A test reads it, and changes nothing of it.
schema_of = functools.cache(output_schema)


def defined_first(name: str) -> dict[str, Any]:
    """Return the definitions of an output's schema that no schema before it has: most are the same."""
    names = list(OUTPUTS)
    before = [schema_of(other).get("$defs", {}) for other in names[: names.index(name)]]
    defined = schema_of(name).get("$defs", {})
    return {part: is_ for part, is_ in defined.items() if not any(each.get(part) == is_ for each in before)}


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping of a schema."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value)
