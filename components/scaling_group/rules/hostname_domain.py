"""hostname-domain: hostnames are those that a team may give away."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.rules.rule import Config, Rule, Some
from scaling_group.rules.subject import ROUTES, Subject, at, listed
from scaling_group.spec.model import field
from scaling_group.spec.names import DnsSubdomain


class HostnameDomain(Config):
    domains: Some[DnsSubdomain] = field(description="Domains that hostnames may equal or be in.")


def find(subject: Subject, config: HostnameDomain) -> Iterator[str]:
    """Yield each hostname outside the domains; a route without any serves all that its listener does."""
    if subject.kind not in ROUTES:
        return
    domains = ", ".join(config.domains)
    hostnames = listed(at(subject.manifest, "spec", "hostnames"))
    if not hostnames:
        yield f"the route names no host, so it also serves hosts outside {domains} too."
    for host in hostnames:
        if not any(host == domain or str(host).endswith(f".{domain}") for domain in config.domains):
            yield f"the hostname {host} is not inside {domains}."


RULE = Rule(
    name="hostname-domain",
    demand="Hostnames must be in an allowed domain.",
    fix="Use a host in one of them (gateway.domain in the settings, hostnames in a route).",
    config=HostnameDomain,
    find=find,
)
