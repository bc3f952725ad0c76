"""https-only: nothing is served in plain text."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.rules.rule import Config, Rule, Some
from scaling_group.rules.subject import ROUTES, Subject, at, listed
from scaling_group.spec.model import field
from scaling_group.spec.names import DnsSubdomain


class HttpsOnly(Config):
    listeners: Some[DnsSubdomain] = field(
        default=("https",), description="Names of the HTTPS listeners of Gateways."
    )


def find(subject: Subject, config: HttpsOnly) -> Iterator[str]:
    """Yield each parent of a route that is no HTTPS listener."""
    if subject.kind not in ROUTES:
        return
    for parent in listed(at(subject.manifest, "spec", "parentRefs")):
        if at(parent, "kind") not in (None, "Gateway"):
            continue
        section = at(parent, "sectionName")
        gateway = f"the Gateway {at(parent, 'name')}"
        if section is None:
            yield f"the route attaches to every listener of {gateway}, including plain HTTP."
        elif section not in config.listeners:
            yield f"the listener {section} of {gateway} is none of {', '.join(config.listeners)}."


RULE = Rule(
    name="https-only",
    demand="Routes must only use HTTPS listeners.",
    fix="Name an HTTPS listener (gateway.section_name in the settings, sectionName in a parentRef).",
    config=HttpsOnly,
    find=find,
)
