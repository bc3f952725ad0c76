"""What a server has answered to one request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Response(NamedTuple):
    """headers: by name in lower case. beginning: of the body, as text."""

    status: int
    headers: Mapping[str, str]
    beginning: str = ""
