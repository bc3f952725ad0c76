"""The tables of docs/rules.md, and the schemas that the policy pack reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scaling_group.rules.catalog import RULES, SCHEMAS
from scaling_group.rules.guardrails import LEVEL
from scaling_group.rules.rule import Level, Rule
from tools.reference_markdown import Blocks, table

Row = tuple[str, ...]

HEADING = ("Rule", "Command line", "Policy pack", "Level", "What is asked", "What to do")
CONFIG_HEADING = ("Rule", "Key", "Type", "Meaning")


def rules_blocks() -> Blocks:
    """Return the rules with their faces and levels, and their configuration."""
    return {
        "rules": table(HEADING, list(_rows())),
        "configuration": table(CONFIG_HEADING, list(_config_rows())),
    }


def rules_file() -> dict[Path, str]:
    """Return the file of the schemas with its content."""
    return {SCHEMAS: json.dumps({rule.name: rule.schema() for rule in RULES}, indent=2) + "\n"}


def _rows() -> Iterator[Row]:
    """Yield each rule with its faces and its level."""
    for rule in RULES:
        yield (
            f"`{rule.name}`",
            "always" if rule.kept_by_groups else _turned_on(rule),
            "when configured" if rule.needs_config else "yes",
            rule.level.value,
            rule.demand,
            rule.fix,
        )


def _turned_on(rule: Rule[Any]) -> str:
    return "when configured" if rule.needs_config else "when turned on"


def _config_rows() -> Iterator[Row]:
    """Yield every key of every rule's configuration."""
    levels = ", ".join(level.value for level in Level)
    yield ("every rule", f"`{LEVEL}`", "text", f"{levels}; in a policy pack `enforcementLevel`.")
    for rule in RULES:
        for key, schema in rule.schema().items():
            field = rule.config.model_fields[key]
            ending = " **Required.**" if field.is_required() else ""
            yield (f"`{rule.name}`", f"`{key}`", _type(schema), f"{field.description}{ending}")


def _type(schema: dict[str, Any]) -> str:
    kinds = {"array": "list of texts", "object": "table of numbers", "integer": "number", "string": "text"}
    return kinds.get(schema["type"], "true or false")
