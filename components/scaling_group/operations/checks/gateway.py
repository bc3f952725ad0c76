"""The Gateway of the environment."""

from __future__ import annotations

from scaling_group.operations.checks.check import Check, Finding, judged, ok, skipped
from scaling_group.operations.checks.place import Place
from scaling_group.rollout.gateway import gateway_missing


def _run(place: Place) -> Finding:
    if place.gateway is None:
        return skipped(f"this user may not read Gateways in {place.wanted.gateway_namespace}")
    if not place.gateway:
        return judged(gateway_missing(place.wanted), "")
    return ok(f"{place.wanted.gateway_namespace}/{place.wanted.gateway} exists")


CHECK = Check(
    id="gateway",
    title="Gateway",
    about="The Gateway of the settings exists.",
    run=_run,
    needs=("gateway-api",),
)
