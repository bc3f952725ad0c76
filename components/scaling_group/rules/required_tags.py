"""required-tags: groups can be told apart by owner, cost or purpose."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.naming import tag_label
from scaling_group.rules.rule import Config, Rule, Some
from scaling_group.rules.subject import Subject, at
from scaling_group.spec.model import field
from scaling_group.spec.tags import TagKey


class RequiredTags(Config):
    tags: Some[TagKey] = field(description="Tag keys that every group must set.")


def find(subject: Subject, config: RequiredTags) -> Iterator[str]:
    """Yield each key that a group has no tag for; one of its objects stands for all three."""
    if not subject.of_group or subject.kind != "Deployment":
        return
    domain = subject.label_domain
    for key in config.tags:
        if not at(subject.manifest, "metadata", "labels", tag_label(domain, key)):
            yield f"the tag {key} is missing."


RULE = Rule(
    name="required-tags",
    demand="Every group must have the required tags.",
    fix="Set it in tags (--tags=KEY=VALUE).",
    config=RequiredTags,
    find=find,
)
