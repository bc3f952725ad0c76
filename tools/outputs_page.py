"""The page of what commands print, and the schemas beside it."""

from __future__ import annotations

import json
from pathlib import Path

from scaling_group.cli.outputs import OUTPUTS, output_schema
from scaling_group.spec.schema import group_schema
from tools.reference_markdown import DOCS, NOTE, table


def outputs_page() -> str:
    """Return which schema is that of which output."""
    rows = [
        ("`-f` of `validate`, `render`, `apply`", "[group.json](schemas/group.json)", "A group in YAML."),
        *((_printed_by(output), _link(output), _meaning(output)) for output in SCHEMAS),
    ]
    return "\n".join(
        [
            "# What commands read and print, as JSON Schema",
            NOTE,
            "Every command prints JSON with `-o json` and the same data as YAML with `-o yaml`. Every field "
            "is always there, null or empty where it says nothing; times are RFC 3339 in UTC. Later versions "
            "may add fields; those that there are keep name and meaning. `scaling-group schema` prints the "
            "schema of a group's YAML, `scaling-group schema --of=COMMAND` that of an output.",
            "",
            *table(("Where", "Schema", "Meaning"), rows),
            "",
            "`export` and `get --revision` print groups as people write them: what is not set is left out. "
            "An error is printed on standard error.",
            "",
        ]
    )


#: Of outputs that are alike, the first one's name stands for all.
SCHEMAS = tuple(
    name
    for name, shape in OUTPUTS.items()
    if name == next(first for first, other in OUTPUTS.items() if other == shape)
)
_BEYOND_COMMANDS = {
    "plan": "`--dry-run`",
    "plans": "`apply --dry-run`",
    "error": "any command that fails",
}


def _printed_by(output: str) -> str:
    alike = [name for name, shape in OUTPUTS.items() if shape == OUTPUTS[output]]
    return ", ".join(_BEYOND_COMMANDS.get(name, f"`{name}`") for name in alike)


def _link(output: str) -> str:
    return f"[{output}.json](schemas/{output}.json)"


def _meaning(output: str) -> str:
    schema = output_schema(output)
    if schema.get("type") != "array":
        return str(schema["description"])
    item = schema["items"]
    described = schema["$defs"][item["$ref"].rpartition("/")[2]] if "$ref" in item else item
    return f"A list. {described['description']}"


def schema_files() -> dict[Path, str]:
    """Return the schemas with their content."""
    schemas = {"group": group_schema(), **{output: output_schema(output) for output in SCHEMAS}}
    return {
        DOCS / "schemas" / f"{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }
