"""Credentials in texts that are shown: taken out of every message, whoever wrote it."""

from __future__ import annotations

import re

MASK = "***"
#: `user:password@` of a URL. A password may hold an `@`, and where people forget to encode it a `/`; what
#: begins with digits and a `/` is a port with a path.
_USERINFO = r"(?i)(?P<before>[a-z][a-z0-9+.-]*://)(?:[^\s/?#]*|[^\s/?#@:]*:(?!\d+/)[^\s@]*)@"
#: A value of a query under a name that says what it is.
_QUERY = (
    r"(?i)(?P<before>[?&][\w.-]*(?:passw|pwd|secret|token|signature|sig|credential|access_?key)[\w.-]*=)"
    r"[^\s&\"']+"
)
#: What follows the name of a scheme in an Authorization header.
_HEADER = r"(?i)(?P<before>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=\\-]{6,}"


def masked(text: str) -> str:
    """Return a text without userinfo of URLs, credentials in queries and those of headers."""
    if "://" in text:
        text = re.sub(_USERINFO, _hidden("@"), text)
    if "=" in text:
        text = re.sub(_QUERY, _hidden(), text)
    return re.sub(_HEADER, _hidden(), text)


def _hidden(after: str = "") -> str:
    return rf"\g<before>{MASK}{after}"
