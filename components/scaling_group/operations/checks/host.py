"""Whether the hosts of groups lead to the Gateway, and the certificate that clients see there."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from scaling_group.at_once import at_once
from scaling_group.operations.checks.check import (
    Check,
    CheckFinding,
    failed,
    judged,
    ok,
    skipped,
    warning,
    worst,
)
from scaling_group.operations.checks.context import CheckContext
from scaling_group.operations.protocols import Network
from scaling_group.records import now
from scaling_group.rollout.attachment import Attachment
from scaling_group.rollout.causes.certificate import other_host
from scaling_group.rollout.certificate import ServedCertificate

#: What renews certificates does so weeks before; less than this left means that it does not work.
SOON = timedelta(days=14)
RENEW = "Have the certificate of the listener renewed (tls.certificateRefs of the Gateway)."
#: Names below it are this machine, without any DNS: https://www.rfc-editor.org/rfc/rfc6761#section-6.3
LOCAL = ".localhost"


def _certificate(context: CheckContext) -> CheckFinding:
    found = context.view.addresses
    if not found:
        return skipped("the Gateway reports no address")
    port = int(context.view.listener["port"])
    one = partial(_of_host, context.network, found[0], port)
    told = at_once({wanted.host: partial(one, wanted) for wanted in context.every_wanted})
    return worst(list(told.values()))


def _of_host(network: Network, address: str, port: int, wanted: Attachment) -> CheckFinding:
    try:
        shown = network.certificate(address, port, wanted.host)
    except OSError as error:
        return skipped(f"{address} port {port} cannot be reached from here: {error}")
    return certificate_finding(shown, wanted, now())


def certificate_finding(shown: ServedCertificate, wanted: Attachment, time: datetime) -> CheckFinding:
    """Return what a certificate means for clients of a listener's host at a time (UTC)."""
    if shown.fault or shown.expires is None:
        return failed(f"the certificate for {wanted.host} is not valid: {shown.fault}", resolution=RENEW)
    names = ", ".join(shown.names)
    if other := other_host(wanted, shown.names):
        return judged(other, "")
    until = f"{shown.expires:%Y-%m-%d}"
    if shown.expires - time < SOON:
        days = max((shown.expires - time).days, 0)
        return warning(f"the certificate for {names} expires in {days} days, on {until}", resolution=RENEW)
    if shown.untrusted:
        return warning(
            f"this machine does not trust the certificate for {names}",
            detail=f"{shown.untrusted}; it expires on {until}.",
            resolution="Clients need the authority that signed it: curl --cacert FILE, SSL_CERT_FILE=FILE.",
        )
    return ok(f"for {names}, until {until}")


def _dns(context: CheckContext) -> CheckFinding:
    gateway, network = context.view.addresses, context.network
    expected = {address for name in gateway for address in (name, *network.addresses(name))}
    return worst([_resolved(context, wanted, expected) for wanted in context.every_wanted])


def _resolved(context: CheckContext, wanted: Attachment, expected: set[str]) -> CheckFinding:
    host, domain = wanted.host, context.environment.required_gateway.domain
    if host.endswith(LOCAL):
        return ok(f"{host} is this machine")
    gateway = context.view.addresses
    named = host if wanted.further else f"*.{domain}"
    record = f"Make a DNS record {named} that points to {', '.join(gateway) or 'the Gateway'}."
    found = context.network.addresses(host)
    if not found:
        return warning(f"{host} does not resolve on this machine", resolution=record)
    if gateway and expected.isdisjoint(found):
        return warning(
            f"{host} does not resolve to the Gateway",
            detail=f"It resolves to {', '.join(found)}; the Gateway is at {', '.join(gateway)}.",
            resolution=f"This is fine behind your own proxy or load balancer. Otherwise: {record}",
        )
    return ok(f"{host} resolves to {', '.join(found)}")


CHECKS = (
    Check(
        id="certificate",
        title="Certificate",
        about="What the listener shows to a client: it covers the hosts of groups, is within its time (a "
        f"warning in its last {SOON.days} days), and is trusted by this machine (a warning where "
        "not). Skipped where the Gateway's address cannot be reached from here.",
        run=_certificate,
        needs=("https-listener",),
    ),
    Check(
        id="dns",
        title="DNS",
        about="The host of a group has an address on this machine, and that is one of the Gateway's. "
        "Another address is a warning: it may be a proxy. Names below `.localhost` need no "
        "DNS.",
        run=_dns,
        needs=("gateway",),
    ),
)
