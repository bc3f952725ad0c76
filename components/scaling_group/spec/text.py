"""Free text that arrives at the API server as it was given."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from scaling_group.masking import masked
from scaling_group.spec.marks import After
from scaling_group.spec.rejection import reject, shown

#: The engine sends JSON that the API server reads as YAML (server-side apply). JSON leaves these as they
#: are, and YAML forbids them, but for U+0085, which it turns into a blank.
UNSENDABLE = re.compile("[\x7f-\x9f\ufffe\uffff]")


def check_sendable(text: str) -> str:
    """Return a text without the control characters that YAML cannot hold."""
    if found := UNSENDABLE.search(text):
        raise reject(
            "unsendable",
            f"{shown(text)} holds U+{ord(found[0]):04X}, which cannot be sent to the API server.",
        )
    return text


def http_address(text: str) -> str:
    """Return an HTTP(S) URL without credentials: whoever reads the object would have them."""
    if masked(text) != text:
        raise reject(
            "url", f"{masked(text)!r} holds credentials, which everybody could read; leave them out."
        )
    try:
        parts = urlsplit(text)
        legal = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        legal = False
    if not legal or any(map(str.isspace, text)):
        raise reject(
            "url", f"{shown(text)} is not an address; write it like http://prometheus.monitoring:9090."
        )
    return check_sendable(text)


FreeText = Annotated[str, After(check_sendable)]
