"""What a server has answered to one request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Response:
    """headers: by name in lower case. beginning: of the body, as text."""

    status: int
    headers: Mapping[str, str]
    beginning: str = ""
