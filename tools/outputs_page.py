"""The table of what commands print, and the schemas beside it."""

from __future__ import annotations

import json
from pathlib import Path

from scaling_group.cli.outputs import OUTPUTS, output_schema
from scaling_group.spec.schema import group_schema
from tools.reference_markdown import DOCS, Blocks, table


def outputs_blocks() -> Blocks:
    """Return which schema is that of which output."""
    rows = [
        ("`-f` of `validate`, `render`, `apply`", "[group.json](schemas/group.json)", "A group in YAML."),
        *((_printed_by(output), _link(output), _meaning(output)) for output in SCHEMAS),
    ]
    return {"schemas": table(("Where", "Schema", "Meaning"), rows)}


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
        return _first(schema["description"])
    item = schema["items"]
    described = schema["$defs"][item["$ref"].rpartition("/")[2]] if "$ref" in item else item
    return f"A list. {_first(described['description'])}"


def _first(description: str) -> str:
    """Return the first paragraph in one line."""
    return " ".join(description.partition("\n\n")[0].split())


def schema_files() -> dict[Path, str]:
    """Return the schemas with their content."""
    schemas = {"group": group_schema(), **{output: output_schema(output) for output in SCHEMAS}}
    return {
        DOCS / "schemas" / f"{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }
