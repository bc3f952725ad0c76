"""The shape of what commands print with -o json, and its JSON Schemas."""

from __future__ import annotations

from typing import Any

from pydantic import Field, TypeAdapter

from scaling_group.check_result import CheckResult
from scaling_group.errors import InvalidInput, RolloutFailed, ScalingGroupError
from scaling_group.gpu_offer import GpuOffer
from scaling_group.records import Diagnosis, GroupView, Status, Step
from scaling_group.reports import HistoryEntry, Plan, Verdict
from scaling_group.spec.change import LiveChange
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.schema import DIALECT, group_schema
from scaling_group.spec.strict import Strict
from scaling_group.tree import EventView


class FaultOutput(Strict):
    """One thing that is wrong with the input."""

    field: str = Field(description="The field's path, or the flag.")
    message: str = Field(description="What is wrong with it.")


class ErrorOutput(Strict):
    """What went wrong; a JSON object on standard error with -o json."""

    error: str = Field(description="What happened, with the value.")
    detail: str = Field(description="The reason or evidence; empty if there is none.")
    resolution: str = Field(description="What to do next; empty if there is nothing to do.")
    exitCode: int = Field(description="The exit code of the command.")  # noqa: N815 - as programs read it
    faults: tuple[FaultOutput, ...] = Field(
        default=(), description="Every fault of an input that is not valid, each with its field."
    )
    status: Status | None = Field(
        default=None, description="The status of a group that did not come up; null for other errors."
    )
    diagnoses: tuple[Diagnosis, ...] = Field(
        default=(), description="Why a group did not come up, the cause before its symptoms."
    )

    @classmethod
    def of(cls, error: ScalingGroupError) -> ErrorOutput:
        found = error.faults if isinstance(error, InvalidInput) else ()
        rollout = error if isinstance(error, RolloutFailed) else None
        return cls(
            error=error.message,
            detail=error.detail,
            resolution=error.resolution,
            exitCode=int(error.exit_code),
            faults=tuple(FaultOutput(field=fault.field, message=fault.message) for fault in found),
            status=Status(rollout.status) if rollout and rollout.status else None,
            diagnoses=tuple(
                Diagnosis.model_validate(cause) for cause in (rollout.diagnoses if rollout else ())
            ),
        )


class AppliedOutput(Strict):
    """How one group of an apply has ended."""

    name: str = Field(description="Name of the group.")
    action: Step = Field(description="What was to be done with it.")
    group: GroupView | None = Field(
        description="The group; null if it failed, or is as it was and nobody had to wait for it."
    )
    error: ErrorOutput | None = Field(description="The error; null if there was none.")


class UnlockedOutput(Strict):
    """The locks that were removed."""

    name: str = Field(description="Name of the group.")
    removed: tuple[str, ...] = Field(description="Who held each lock, where, and since when.")


class GroupWarning(Strict):
    """Warnings: legal, but likely not intended."""

    name: str = Field(description="Name of the group.")
    message: str = Field(description="Warnings: legal, but likely not intended.")


class ValidatedOutput(Strict):
    """What valid files hold."""

    groups: tuple[str, ...] = Field(description="Names of the groups.")
    warnings: tuple[GroupWarning, ...] = Field(description="Warnings: legal, but likely not intended.")


#: What each command prints with -o json; `plan` is what --dry-run of a command with one group prints,
#: `plans` that of apply.
OUTPUTS: dict[str, Any] = {
    "create": GroupView,
    "list": tuple[GroupView, ...],
    "get": GroupView,
    "events": tuple[EventView, ...],
    "wait": GroupView,
    "update": GroupView,
    "scale": GroupView,
    "history": tuple[HistoryEntry, ...],
    "diff": tuple[LiveChange, ...],
    "rollback": GroupView,
    "delete": GroupView,
    "restore": GroupView,
    "adopt": GroupView,
    "diagnose": Verdict,
    "gpus": tuple[GpuOffer, ...],
    "doctor": tuple[CheckResult, ...],
    "unlock": UnlockedOutput,
    "apply": tuple[AppliedOutput, ...],
    "export": tuple[GroupSpec, ...],
    "validate": ValidatedOutput,
    "plan": Plan,
    "plans": tuple[Plan, ...],
    "error": ErrorOutput,
}


def output_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of an output; raises KeyError for one that there is not.

    Fields may be added in later versions, so unknown ones are no fault.
    """
    if OUTPUTS[name] == tuple[GroupSpec, ...]:
        # Only what is set is written, in the form that people write.
        return {"$schema": DIALECT, "type": "array", "items": _without_dialect(group_schema())}
    schema = TypeAdapter(OUTPUTS[name]).json_schema(mode="serialization")
    return {"$schema": DIALECT, **_open(schema)}


def _without_dialect(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "$schema"}


def _open(schema: Any) -> Any:
    """Return a schema that lets unknown fields pass."""
    if isinstance(schema, list):
        return [_open(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _open(value)
        for key, value in schema.items()
        if not (key == "additionalProperties" and value is False)
    }
