"""Requests through the client library: any kubeconfig, and streams that end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx2
import orjson
from lightkube.core.exceptions import ConfigError

from scaling_group.cluster.refused import MOST_BYTES, TIMEOUT, NoAnswer, require_success, too_long
from scaling_group.cluster.request import Request


def send(http: httpx2.Client, request: Request, most: int = MOST_BYTES) -> bytes:
    """Return the answer; raises Refused, and NoAnswer where there is none."""
    with (
        _answered(),
        http.stream(
            request.method,
            request.path,
            params=dict(request.query),
            content=request.body or None,
            headers=request.headers,
        ) as answer,
    ):
        content = b"".join(_bounded(answer.iter_bytes(), most))
    require_success(answer.status_code, content)
    return content


def read_json(http: httpx2.Client, path: str, query: Mapping[str, str]) -> Any:
    """Return the answer; raises as send does."""
    return orjson.loads(send(http, Request("GET", path, query)))


@contextmanager
def stream_lines(
    http: httpx2.Client, path: str, query: Mapping[str, str], silence: float | None
) -> Iterator[tuple[httpx2.Response, Iterator[str]]]:
    """Yield the answer and its lines as they come; raises as send does.

    silence: seconds without a line that are taken for a broken connection, None for any time.
    """
    timeout = httpx2.Timeout(TIMEOUT, read=silence)
    with _answered(), http.stream("GET", path, params=dict(query), timeout=timeout) as answer:
        if answer.is_error:
            require_success(answer.status_code, answer.read())
        yield answer, _lines(answer.iter_bytes())


def _bounded(chunks: Iterator[bytes], most: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise too_long()
        yield chunk


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    """Yield lines as they were written, ended by a line feed alone.

    Texts hold what Unicode counts as an end of a line too: it would cut the JSON of a watch in two.
    """
    begun: list[bytes] = []
    size = 0
    for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for line in whole:
            yield b"".join((*begun, line)).decode(errors="replace")
            begun, size = [], 0
        begun.append(rest)
        size += len(rest)
        if size > MOST_BYTES:
            raise too_long()
    if any(begun):
        yield b"".join(begun).decode(errors="replace")


@contextmanager
def _answered() -> Iterator[None]:
    try:
        yield
    except httpx2.LocalProtocolError:
        # Its message is the header.
        raise NoAnswer(
            "a token or another header holds a line break or another character that cannot be sent"
        ) from None
    except (httpx2.HTTPError, ConfigError) as error:
        raise NoAnswer(str(error) or type(error).__name__) from None
