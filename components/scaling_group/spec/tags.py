"""Tags: what people attach to a group to find it again; they become Kubernetes labels."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from scaling_group.naming import LABEL_LENGTH, LABEL_VALUE
from scaling_group.spec.rejection import reject, shown

#: The label's name is `tag-<key>` and has at most 63 characters.
KEY_LENGTH = LABEL_LENGTH - len("tag-")


def check_tag_key(key: str) -> str:
    """Return a key of 1 to KEY_LENGTH characters that can end a label's name."""
    if not 1 <= len(key) <= KEY_LENGTH:
        raise reject("tag_key", f"the key {shown(key)} must have 1 to {KEY_LENGTH} characters.")
    if not LABEL_VALUE.fullmatch(key):
        allowed = "letters, digits, '-', '_' and '.', a letter or digit at both ends"
        raise reject("tag_key", f"the key {shown(key)} may hold {allowed}.")
    return key


def check_tag_value(value: str) -> str:
    """Return a value that a label accepts: up to 63 characters, or empty."""
    if len(value) > LABEL_LENGTH:
        raise reject("tag_value", f"{shown(value)} has {len(value)} characters; at most {LABEL_LENGTH}.")
    if value and not LABEL_VALUE.fullmatch(value):
        allowed = "letters, digits, '-', '_' and '.', a letter or digit at both ends"
        raise reject("tag_value", f"{shown(value)} may hold {allowed}.")
    return value


def parse_tags(text: str) -> dict[str, str]:
    """Return the tags of `key=value,key=value`; a value may be empty, and hold `=`.

    Raises a pydantic error for a part without `=` and for a key given twice.
    """
    tags: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key, equals, value = part.partition("=")
        if not equals:
            raise reject("tags", f"{shown(part)} is not key=value; for no value write {part}=")
        if key in tags:
            raise reject("tags", f"the key {shown(key)} is given twice ({tags[key]!r} and {value!r}).")
        tags[key] = value
    return tags


TagKey = Annotated[str, AfterValidator(check_tag_key)]
TagValue = Annotated[str, AfterValidator(check_tag_value)]
