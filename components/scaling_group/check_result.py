"""What a check of `doctor` has found."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from scaling_group.spec.strict import Strict


class Outcome(StrEnum):
    """How a check of `doctor` ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


class CheckResult(Strict):
    """What one check of `doctor` has found."""

    id: str = Field(description="Stable identifier of the check: hostname-covered.")
    title: str = Field(description="What is checked, for people.")
    outcome: Outcome = Field(
        description="failed: something does not work. warning: something may not work. "
        "skipped: it cannot be determined."
    )
    summary: str = Field(description="What was found, in one sentence with the concrete values.")
    detail: str = Field(default="", description="The evidence, in lines.")
    resolution: str = Field(default="", description="What to do, for a warning or a failure.")
    category: str = Field(
        default="",
        description="Identifier of the cause, if get and wait report it too: hostname-not-covered.",
    )
