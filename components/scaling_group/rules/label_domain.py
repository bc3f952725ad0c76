"""label-domain: what lists, counts and owns groups by their labels can believe them."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.naming import (
    DEFAULT_LABEL_DOMAIN,
    environment_label,
    id_label,
    record_annotation,
    tag_label,
)
from scaling_group.rules.rule import Config, Rule
from scaling_group.rules.subject import Subject, at, mapped
from scaling_group.spec.model import field
from scaling_group.spec.names import DnsSubdomain

#: Where labels and annotations stand in an object and in the template of its pods.
PLACES = ("labels", "annotations")


class LabelDomain(Config):
    domain: DnsSubdomain = field(
        default=DEFAULT_LABEL_DOMAIN, description="The domain of the labels of groups."
    )


def find(subject: Subject, config: LabelDomain) -> Iterator[str]:
    """Yield a group's other domain, and each key of the domain that no group has made."""
    if subject.of_group and subject.label_domain != config.domain:
        yield f"the labels of the group are in the domain {subject.label_domain or '(none)'}."
    for key in sorted(set(_keys(subject, config.domain))):
        if not (subject.of_group and _of_a_group(key, config.domain)):
            yield f"{key} is a label or annotation reserved for groups."


def _keys(subject: Subject, domain: str) -> Iterator[str]:
    for holder in (subject.manifest, subject.template):
        for place in PLACES:
            yield from (key for key in mapped(at(holder, "metadata", place)) if key.startswith(f"{domain}/"))


def _of_a_group(key: str, domain: str) -> bool:
    fixed = (id_label(domain), environment_label(domain), record_annotation(domain))
    return key in fixed or key.startswith(tag_label(domain, ""))


RULE = Rule(
    name="label-domain",
    demand="Groups must have their labels in one domain, which nothing else uses.",
    fix="Do not change label_domain, and use another domain for other labels and annotations.",
    config=LabelDomain,
    find=find,
)
