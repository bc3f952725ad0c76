"""The listener that groups are served on."""

from __future__ import annotations

from scaling_group.operations.checks.check import Check, Finding, judged
from scaling_group.operations.checks.place import Place
from scaling_group.rollout.gateway import listener_not_programmed
from scaling_group.rollout.listener import kind_not_admitted, listener_missing, not_https


def _run(place: Place) -> Finding:
    wanted, gateway, listener = place.wanted, place.gateway or {}, place.listener
    if not listener:
        return judged(listener_missing(wanted, gateway), "")
    fault = (
        not_https(wanted, gateway, listener)
        or kind_not_admitted(wanted, listener)
        or listener_not_programmed(wanted, gateway)
    )
    return judged(fault, f"{wanted.section} takes HTTPRoutes over HTTPS at port {listener['port']}")


CHECK = Check(
    id="https-listener",
    title="HTTPS listener",
    about="The Gateway has the listener of the settings, it terminates HTTPS, takes HTTPRoutes and is in "
    "service.",
    run=_run,
    needs=("gateway",),
)
