"""Whether the settings say where groups live."""

from __future__ import annotations

from scaling_group.operations.checks.check import Check, CheckFinding, ok
from scaling_group.operations.checks.context import CheckContext


def _settings(context: CheckContext) -> CheckFinding:
    environment = context.environment
    files = f", from {' and '.join(context.said_in)}" if context.said_in else ", from flags and variables"
    return ok(f"environment {environment.id}, namespace {environment.namespace}{files}")


CHECKS = (
    Check(
        id="settings",
        title="Settings",
        about="The settings say where groups live, and are valid; the files that were read are "
        "listed. Engine "
        "and cluster are also checked without them.",
        run=_settings,
    ),
)
