"""How a request to the API server can end other than with what was asked for."""

from __future__ import annotations

import orjson

#: Seconds for one request; an API server that takes longer is not usable.
TIMEOUT = 10.0
#: Bytes of one answer, or of one line of a stream; a page of a list of large objects is a tenth of it.
MOST_BYTES = 256 * 2**20


class Refused(Exception):
    """The API server answered with an error. code: of HTTP."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class NoAnswer(OSError):
    """Nobody answered, or the kubeconfig does not say how to ask."""


def too_long() -> NoAnswer:
    return NoAnswer(f"its answer is longer than {MOST_BYTES // 2**20} MiB")


def require_success(code: int, content: bytes) -> None:
    """Raise Refused for an answer that is an error, with the message of its Status object."""
    if code < 300:
        return
    try:
        message = str(orjson.loads(content)["message"])
    except (ValueError, KeyError, TypeError):
        message = content.decode(errors="replace")
    raise Refused(code, message or f"status {code}")
