"""One request to the API server, whoever sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: The form of what is sent, and of an answer where no other is asked for.
JSON = "application/json"


@dataclass(frozen=True)
class Request:
    """path: below the server's URL. content_type: of the body. accept: the form of the answer."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = JSON
    accept: str = JSON

    @property
    def headers(self) -> dict[str, str]:
        return {"Accept": self.accept, **({"Content-Type": self.content_type} if self.body else {})}
