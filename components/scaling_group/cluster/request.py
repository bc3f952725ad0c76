"""One request to the API server, and what sends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import NamedTuple, Protocol

#: The form of what is sent, and of an answer where no other is asked for.
JSON = "application/json"
#: Objects per page of a LIST. An API server has the first page in its cache, and reads each further one from
#: etcd: of custom resources that takes it three times as long (1,000 routes in pages of 500: 160 ms, at once
#: 70 ms, Kubernetes 1.36).
PAGE = 2_000
NO_QUERY: Mapping[str, str] = MappingProxyType({})


class Request(NamedTuple):
    """path: below the server's URL. content_type: of the body. accept: the form of the answer."""

    method: str
    path: str
    query: Mapping[str, str] = NO_QUERY
    body: bytes = b""
    content_type: str = JSON
    accept: str = JSON

    @property
    def headers(self) -> dict[str, str]:
        return {"Accept": self.accept, **({"Content-Type": self.content_type} if self.body else {})}

    @property
    def changes_nothing(self) -> bool:
        return self.method == "GET"


class Stream(Protocol):
    """An answer that goes on; see cluster.transport.Streamed."""

    def lines(self) -> Iterator[str]:
        """Yield lines as they come."""

    def stop(self) -> None:
        """End it, also from another thread while a line is waited for."""


class Requests(Protocol):
    """What sends requests, each thread at any time; see cluster.transport.Transport.

    Both raise Refused for an answer that is an error, and OSError or HTTPException where there is none.
    """

    def send(self, request: Request) -> bytes:
        """Return the whole answer."""

    def stream(self, request: Request, silence: float | None) -> AbstractContextManager[Stream]:
        """Open an answer that goes on.

        silence: seconds without a word that are taken for a broken connection, None for any time.
        """
