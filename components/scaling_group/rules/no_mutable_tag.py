"""no-mutable-tag: all replicas run the same image, today and after a restart."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.rules.rule import Config, Level, Rule
from scaling_group.rules.subject import Subject
from scaling_group.spec.model import field


class NoMutableTag(Config):
    digests: bool = field(
        default=False, description="Whether a digest is required: a tag can be moved to another image."
    )


def find(subject: Subject, config: NoMutableTag) -> Iterator[str]:
    """Yield each image that can be another one at the next start of a pod."""
    for image, whose in subject.images:
        if why := _mutable(image, config):
            yield f"the image {image} of {whose} {why}."


def _mutable(image: str, config: NoMutableTag) -> str:
    if "@" in image:
        return ""
    tag = image.rpartition("/")[2].partition(":")[2]
    if not tag:
        return "has no tag, which means latest"
    if tag == "latest":
        return "has the tag latest"
    return "has a tag and no digest" if config.digests else ""


RULE = Rule(
    name="no-mutable-tag",
    demand="Images must have a version tag or a digest.",
    fix="Use a version tag (server:v1) or a digest (server@sha256:…).",
    config=NoMutableTag,
    find=find,
    level=Level.ADVISORY,
)
