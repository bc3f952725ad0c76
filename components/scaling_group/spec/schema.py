"""The JSON Schema of a group's YAML, for editors."""

from __future__ import annotations

from typing import Any

from scaling_group.spec.group import GroupSpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: Amounts that may also be written as plain numbers.
NUMBERS_TOO = ("cpu", "memory", "gpu")
#: Lengths of time that may also be written as text with a unit.
TEXT_TOO = ("shutdown_delay", "termination_grace", "progress_deadline", "request_timeout", "min_ready")
TIME_TEXT = {"type": "string", "pattern": "^[0-9]{1,9}[smh]?$"}
#: Of a metric.
AMOUNT = {"type": "number", "exclusiveMinimum": 0}


def group_schema() -> dict[str, Any]:
    """Return the schema in the 2020-12 dialect; every field has a description."""
    schema = GroupSpec.model_json_schema()
    for name, field in schema["properties"].items():
        if name in NUMBERS_TOO:
            number = (
                {"type": "number", "exclusiveMinimum": 0}
                if name == "cpu"
                else {"type": "integer", "minimum": 1}
            )
            field["anyOf"].insert(0, number)
        if name in TEXT_TOO:
            _or(field, TIME_TEXT)
    parts = schema["$defs"]
    for name in ("window", "period"):
        _or(parts["ScalingRate"]["properties"][name], TIME_TEXT)
    _or(parts["Prometheus"]["properties"]["threshold"], AMOUNT)
    for name in ("pods", "external"):
        _or(parts["Autoscale"]["properties"][name]["additionalProperties"], AMOUNT)
    schema["title"] = "Scaling group"
    return {"$schema": DIALECT, **schema}


def _or(field: dict[str, Any], other: dict[str, Any]) -> None:
    """Let a field be written in another way too."""
    if "anyOf" not in field:
        field["anyOf"] = [_taken_out(field)]
    field["anyOf"].insert(0, other)


def _taken_out(field: dict[str, Any]) -> dict[str, Any]:
    kept = ("title", "description", "default")
    return {key: field.pop(key) for key in list(field) if key not in kept}
