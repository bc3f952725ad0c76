"""Whether the hosts of groups lead to the Gateway."""

from __future__ import annotations

from scaling_group.operations.checks.check import Check, Finding, ok, warning
from scaling_group.operations.checks.place import Place
from scaling_group.rollout.gateway import addresses

#: Names below it are this machine, without any DNS: https://www.rfc-editor.org/rfc/rfc6761#section-6.3
LOCAL = ".localhost"


def _run(place: Place) -> Finding:
    host, domain = place.wanted.host, place.environment.gateway.domain
    if host.endswith(LOCAL):
        return ok(f"{host} is this machine")
    gateway = addresses(place.gateway or {})
    record = f"Make a DNS record *.{domain} that leads to {', '.join(gateway) or 'the Gateway'}."
    found = place.network.addresses(host)
    if not found:
        return warning(f"{host} has no address on this machine", resolution=record)
    expected = {address for name in gateway for address in (name, *place.network.addresses(name))}
    if gateway and expected.isdisjoint(found):
        return warning(
            f"{host} does not lead to the Gateway",
            detail=f"It leads to {', '.join(found)}; the Gateway is at {', '.join(gateway)}.",
            resolution=f"Fine behind a proxy or a load balancer of your own. Otherwise: {record}",
        )
    return ok(f"{host} leads to {', '.join(found)}")


CHECK = Check(
    id="dns",
    title="DNS",
    about="The host of a group has an address on this machine, and that is one of the Gateway's. Another "
    "one is a warning: a proxy may stand before it. Names below `.localhost` need no DNS.",
    run=_run,
    needs=("gateway",),
)
