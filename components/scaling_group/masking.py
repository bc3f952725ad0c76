"""Credentials in texts that are shown: taken out of every message, whoever wrote it."""

from __future__ import annotations

import re

MASK = "***"
#: `user:password@` of a URL. A password may hold an `@`, and where people forget to encode it a `/`; what
#: begins with digits and a `/` is a port with a path.
_USERINFO = re.compile(
    r"(?P<before>[a-z][a-z0-9+.-]*://)(?:[^\s/?#]*|[^\s/?#@:]*:(?!\d+/)[^\s@]*)@", re.IGNORECASE
)
#: A value of a query under a name that says what it is.
_QUERY = re.compile(
    r"(?P<before>[?&][\w.-]*(?:passw|pwd|secret|token|signature|sig|credential|access_?key)[\w.-]*=)[^\s&\"']+",
    re.IGNORECASE,
)
#: What follows the name of a scheme in an Authorization header.
_HEADER = re.compile(r"(?P<before>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=\\-]{6,}", re.IGNORECASE)


def masked(text: str) -> str:
    """Return a text without userinfo of URLs, credentials in queries and those of headers."""
    if "://" in text:
        text = _USERINFO.sub(_hidden("@"), text)
    if "=" in text:
        text = _QUERY.sub(_hidden(), text)
    return _HEADER.sub(_hidden(), text)


def _hidden(after: str = "") -> str:
    return rf"\g<before>{MASK}{after}"
