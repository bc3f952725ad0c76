"""The form of every model: what is checked before it is used, and never changed after."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Frozen, and refuses fields that it does not know."""

    # What is printed always has every field: its schema says so.
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_serialization_defaults_required=True,
        serialize_by_alias=True,
    )
