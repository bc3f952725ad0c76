"""Whether the listener serves the hosts of groups."""

from __future__ import annotations

from scaling_group.operations.checks.check import Check, Finding, judged
from scaling_group.operations.checks.place import Place
from scaling_group.rollout.listener import hostname_not_covered


def _run(place: Place) -> Finding:
    served = place.listener.get("hostname") or "every host"
    return judged(hostname_not_covered(place.wanted, place.listener), f"{served} covers {place.wanted.host}")


CHECK = Check(
    id="hostname-covered",
    title="Hostname covered",
    about="The listener's hostname covers the hosts of groups, `<environment>-<name>.<domain>`.",
    run=_run,
    needs=("https-listener",),
)
