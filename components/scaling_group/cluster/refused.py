"""How a request to the API server can end other than with what was asked for."""

from __future__ import annotations

import re
from email.message import Message
from urllib.parse import urlsplit

import orjson

#: Seconds for one request; an API server that takes longer is not usable.
TIMEOUT = 10.0
#: Bytes of one answer, or of one line of a stream; a page of a list of large objects is a tenth of it.
MOST_BYTES = 256 * 2**20
#: Letters of an answer that is no Status object; what is said is at its beginning.
MOST_LETTERS = 500
TOO_MANY, SERVER_ERRORS = 429, 500
TITLE = re.compile(r"<title[^>]*>\s*([^<]*?)\s*</title", re.IGNORECASE)


class Refused(Exception):
    """The API server answered with an error. code: of HTTP."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Busy(Refused):
    """The API server asks to be asked again after so many seconds."""

    def __init__(self, code: int, message: str, seconds: int) -> None:
        super().__init__(code, message)
        self.seconds = seconds


class NoAnswer(OSError):
    """Nobody answered, or the kubeconfig does not say how to ask."""


def too_long() -> NoAnswer:
    return NoAnswer(f"its answer is longer than {MOST_BYTES // 2**20} MiB")


def refusal_of(code: int, content: bytes, headers: Message) -> Refused:
    """Return what an answer that is an error says, with the message of its Status object."""
    message = _message(content) or f"status {code}"
    if leads := headers.get("Location"):
        parts = urlsplit(leads)
        message += f", and leads to {parts.scheme}://{parts.hostname}" if parts.hostname else ""
    after = headers.get("Retry-After", "")
    if after.isdecimal() and (code == TOO_MANY or code >= SERVER_ERRORS):
        return Busy(code, message, int(after))
    return Refused(code, message)


def _message(content: bytes) -> str:
    try:
        return str(orjson.loads(content)["message"])
    except (ValueError, KeyError, TypeError):
        text = content.decode(errors="replace").strip()
    if text.startswith("<"):
        title = TITLE.search(text)
        named = f" ({title[1]!r})" if title and title[1] else ""
        return f"an HTML page{named}, probably of a proxy or a login"
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
