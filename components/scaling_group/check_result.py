"""What a check of `doctor` has found."""

from __future__ import annotations

from enum import StrEnum

from scaling_group.spec.model import Model, field


class Outcome(StrEnum):
    """How a check of `doctor` ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


class CheckResult(Model):
    """What one check of `doctor` has found."""

    id: str = field(description="Stable identifier of the check: hostname-covered.")
    title: str = field(description="What is checked, for people.")
    outcome: Outcome = field(
        description="failed: something does not work. warning: something may not work. "
        "skipped: it cannot be determined."
    )
    summary: str = field(description="What was found, in one sentence with the concrete values.")
    detail: str = field(default="", description="The evidence, in lines.")
    resolution: str = field(default="", description="What to do, for a warning or a failure.")
    category: str = field(
        default="",
        description="Identifier of the cause, if get and wait report it too: hostname-not-covered.",
    )
