"""Container image references.

The grammar is the one of https://github.com/distribution/reference.
"""

from __future__ import annotations

import re
from typing import Annotated

from scaling_group.spec.marks import After
from scaling_group.spec.rejection import reject, shown

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_HOST_PART = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = rf"(?:{_HOST_PART}(?:\.{_HOST_PART})*|\[[a-fA-F0-9:]+\])"
_REFERENCE = re.compile(
    rf"(?:{_HOST}(?::[0-9]+)?/)?(?P<path>{_COMPONENT}(?:/{_COMPONENT})*)"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?"
    r"(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?"
)
#: Without a digest, which has a colon of its own; the host has a name, a dot or a port at least.
#: A text: only what is refused is looked at with it, and to compile it takes longer than to check an image.
_TAGGED = rf"(?P<name>(?:{_HOST}(?::[0-9]+)?/)?{_COMPONENT}(?:/{_COMPONENT})*):(?P<tag>[^@]+)"
_NOT_IN_TAG = r"[^A-Za-z0-9_.-]"
#: Of the name without host, tag and digest; a reference as a whole stays well below the second bound.
NAME_LENGTH = 255
LONGEST = 1024


def check_image(value: str) -> str:
    """Return a reference `[host[:port]/]path[:tag][@digest]`; raises a pydantic error otherwise."""
    if not value.strip():
        raise reject("image", "an image is needed, for example my-registry/my-server:v1")
    match = _REFERENCE.fullmatch(value) if len(value) <= LONGEST else None
    if len(value) > LONGEST or (match and len(match["path"]) > NAME_LENGTH):
        raise reject("image", f"{shown(value)} is too long; the name has at most {NAME_LENGTH} characters.")
    if not match:
        raise reject("image", f"{shown(value)} is not an image reference.{_hint(value)}")
    return value


def _hint(value: str) -> str:
    if value != value.strip() or " " in value:
        return " It holds blanks."
    if "://" in value:
        return f" Leave out the scheme: {value.partition('://')[2]}"
    lower = _lower_repository(value)
    if value != lower and _REFERENCE.fullmatch(lower):
        return f" The repository must be lower case: {lower}"
    return _tag_hint(value) or " For example: my-registry/my-server:v1"


def _tag_hint(value: str) -> str:
    """Return what of a tag is not legal where everything before it is."""
    match = re.fullmatch(_TAGGED, value)
    broken = match and re.search(_NOT_IN_TAG, match["tag"])
    if not match or not broken:
        return ""
    legal = f"{match['name']}:{re.sub(_NOT_IN_TAG, '-', match['tag'])}"
    example = f" For example: {legal}" if _REFERENCE.fullmatch(legal) else ""
    return f" A tag cannot hold {shown(broken[0])}.{example}"


def _lower_repository(value: str) -> str:
    """Return the reference with all but tag and digest, whose case counts, in lower case."""
    name, at, digest = value.partition("@")
    parents, slash, last = name.rpartition("/")
    last, colon, tag = last.partition(":")
    return f"{parents}{slash}{last}".lower() + f"{colon}{tag}{at}{digest}"


Image = Annotated[str, After(check_image)]
