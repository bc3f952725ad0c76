"""Whether the settings say where groups live."""

from __future__ import annotations

from scaling_group.operations.checks.check import Check, Finding, ok
from scaling_group.operations.checks.place import Place


def _settings(place: Place) -> Finding:
    environment = place.environment
    files = f", from {' and '.join(place.said_in)}" if place.said_in else ", from flags and variables"
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
