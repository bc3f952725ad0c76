"""Whether the listener takes routes from the groups' namespace."""

from __future__ import annotations

from scaling_group.operations.checks.check import Check, Finding, judged
from scaling_group.operations.checks.place import Place
from scaling_group.rollout.listener import namespace_not_admitted


def _run(place: Place) -> Finding:
    fault = namespace_not_admitted(place.wanted, place.listener, place.namespace)
    return judged(fault, f"routes from {place.wanted.namespace} are admitted")


CHECK = Check(
    id="namespace-admitted",
    title="Namespace admitted",
    about="The listener's allowedRoutes admit the namespace of the groups.",
    run=_run,
    needs=("https-listener", "namespace"),
)
