"""allowed-namespaces: a team stays in its own namespaces."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.rules.rule import Config, Rule, Some
from scaling_group.rules.subject import ROUTES, TEMPLATES, Subject, at
from scaling_group.spec.model import field
from scaling_group.spec.names import DnsLabel

#: Kinds that always are in a namespace; of others only a namespace that they name is looked at.
NAMESPACED = (*TEMPLATES, *ROUTES, "Service", "ConfigMap", "Secret", "ServiceAccount")


class AllowedNamespaces(Config):
    namespaces: Some[DnsLabel] = field(description="Namespaces that objects may be in.")


def find(subject: Subject, config: AllowedNamespaces) -> Iterator[str]:
    """Yield the namespace of an object that is in none of those allowed."""
    namespace = at(subject.manifest, "metadata", "namespace")
    if namespace is None and subject.kind in NAMESPACED:
        namespace = "default"
    if namespace is not None and namespace not in config.namespaces:
        yield f"the namespace {namespace} is none of {', '.join(config.namespaces)}."


RULE = Rule(
    name="allowed-namespaces",
    demand="Objects must be in an allowed namespace.",
    fix="Name one of them (--namespace, environment.namespace).",
    config=AllowedNamespaces,
    find=find,
)
