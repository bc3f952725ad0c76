"""Plain requests to the API server, for what the client library does not do: streams that end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx2
import orjson

#: Seconds for one request; an API server that takes longer is not usable.
TIMEOUT = 10.0


class Refused(Exception):
    """The API server answered with an error. code: of HTTP."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_json(http: httpx2.Client, path: str, query: Mapping[str, str]) -> Any:
    """Return the answer; raises Refused, and httpx2.HTTPError where there is none."""
    answer = http.get(path, params=dict(query))
    _require_success(answer)
    return orjson.loads(answer.content)


@contextmanager
def stream_lines(
    http: httpx2.Client, path: str, query: Mapping[str, str], silence: float | None
) -> Iterator[tuple[httpx2.Response, Iterator[str]]]:
    """Yield the answer and its lines as they come; raises as read_json does.

    silence: seconds without a line that are taken for a broken connection, None for any time.
    """
    timeout = httpx2.Timeout(TIMEOUT, read=silence)
    with http.stream("GET", path, params=dict(query), timeout=timeout) as answer:
        if answer.is_error:
            answer.read()
        _require_success(answer)
        yield answer, answer.iter_lines()


def _require_success(answer: httpx2.Response) -> None:
    if not answer.is_error:
        return
    try:
        message = str(orjson.loads(answer.content)["message"])
    except (ValueError, KeyError, TypeError):
        message = answer.text
    raise Refused(answer.status_code, message or f"status {answer.status_code}")
