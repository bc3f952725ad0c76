"""Tags: what people attach to a group to find it again; they become Kubernetes labels."""

from __future__ import annotations

import re
from typing import Annotated

from scaling_group.naming import LABEL_LENGTH, LABEL_VALUE
from scaling_group.spec.marks import After
from scaling_group.spec.rejection import reject, shown

#: The label's name is `tag-<key>` and has at most 63 characters.
KEY_LENGTH = LABEL_LENGTH - len("tag-")
ALLOWED = "letters, digits, '-', '_' and '.', a letter or digit at both ends"
ILLEGAL = re.compile(r"[^-A-Za-z0-9_.]")


def check_tag_key(key: str) -> str:
    """Return a key of 1 to KEY_LENGTH characters that can end a label's name."""
    if not 1 <= len(key) <= KEY_LENGTH:
        raise reject("tag_key", f"the key {shown(key)} must have 1 to {KEY_LENGTH} characters.")
    if not LABEL_VALUE.fullmatch(key):
        raise reject("tag_key", f"the key {_refusal(key, KEY_LENGTH)}")
    return key


def check_tag_value(value: str) -> str:
    """Return a value that a label accepts: up to 63 characters, or empty."""
    if len(value) > LABEL_LENGTH:
        raise reject("tag_value", f"{shown(value)} has {len(value)} characters; at most {LABEL_LENGTH}.")
    if value and not LABEL_VALUE.fullmatch(value):
        raise reject("tag_value", _refusal(value, LABEL_LENGTH))
    return value


def _refusal(text: str, longest: int) -> str:
    """Return what of a text no label can hold, what it can, and the nearest text that it can."""
    broken = ILLEGAL.search(text)
    why = f"holds {shown(broken[0])}" if broken else f"has {shown(text[0])} and {shown(text[-1])} at its ends"
    legal = ILLEGAL.sub("-", text)[:longest].strip("-_.")
    example = f" For example: {legal}" if legal else ""
    return f"{shown(text)} {why}; it may hold {ALLOWED}.{example}"


def parse_tags(*texts: str) -> dict[str, str]:
    """Return the tags of texts `key=value,key=value`; a value may be empty, and hold `=`.

    Raises a pydantic error for a part without `=`, for nothing between commas, and for a key given twice.
    """
    tags: dict[str, str] = {}
    for part in (part for text in texts for part in _parts(text)):
        key, equals, value = part.partition("=")
        if not equals:
            raise reject("tags", f"{shown(part)} is not key=value; for no value write {part}=")
        if key in tags:
            raise reject("tags", f"the key {shown(key)} is given twice ({tags[key]!r} and {value!r}).")
        tags[key] = value
    return tags


def _parts(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",")]
    # Nothing at all is no tag, and a comma at the end is one too many at worst.
    parts = parts if parts[-1] else parts[:-1]
    if not all(parts):
        raise reject("tags", f"{shown(text)} has a comma too many; write key=value,key=value.")
    return parts


TagKey = Annotated[str, After(check_tag_key)]
TagValue = Annotated[str, After(check_tag_value)]
