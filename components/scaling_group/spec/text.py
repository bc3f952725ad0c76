"""Free text that arrives at the API server as it was given."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

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


FreeText = Annotated[str, AfterValidator(check_sendable)]
