"""One file from one address: resumed where a connection broke, and there only with the right digest."""

from __future__ import annotations

import hashlib
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar

import httpx2

from .display import Clock, Task, transferred
from .errors import Stopped, Unavailable, WrongContent

T = TypeVar("T")

#: A file of checksums or a record of a release; nothing that is read whole is longer.
LONGEST_TEXT = 8 * 1024 * 1024
#: Answers after which the same request may do.
_PASSING = (
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)
#: Errors before an answer that the next attempt would only repeat.
_SILENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.ReadTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)


@dataclass(frozen=True)
class Limits:
    """How long and how often; seconds where it is a time."""

    probe: float = 3.0
    connect: float = 10.0
    read: float = 30.0
    attempts: int = 5
    pause: float = 1.0
    at_once: int = 4
    patience: float = 1.0


@dataclass(frozen=True)
class Source:
    """Where a file is, its SHA-256, and what people call it."""

    name: str
    url: str
    sha256: str


class _Broken(Exception):
    """The connection ended before the file did."""


@contextmanager
def open_client(limits: Limits, tls: ssl.SSLContext | None = None) -> Iterator[httpx2.Client]:
    """Yield a client; `tls` spares the reading of all authorities where there are several."""
    timeout = httpx2.Timeout(limits.read, connect=limits.connect)
    headers = {"User-Agent": "scaling-group-toolchain", "Accept-Encoding": "identity"}
    verify = tls or httpx2.create_ssl_context()
    with httpx2.Client(verify=verify, timeout=timeout, follow_redirects=True, headers=headers) as client:
        yield client


class Downloader:
    """Files and texts through one client, with one folder for what has come so far.

    A partial file is kept under its address's digest, with the server's word for this version of it.
    """

    def __init__(self, client: httpx2.Client, partials: Path, limits: Limits, stop: threading.Event) -> None:
        self._client = client
        self._partials = partials
        self._limits = limits
        self._stop = stop

    def content(self, url: str) -> bytes:
        """Return something short; raises Unavailable where there is none."""
        return self._persist(url, lambda: self._read(url))

    def _read(self, url: str) -> bytes:
        content = b""
        with self._opened(url, {}) as response:
            for chunk in response.iter_raw():
                content += chunk
                if len(content) > LONGEST_TEXT:
                    raise Unavailable(f"{url} is longer than {LONGEST_TEXT} bytes")
        if _is_page(content):
            raise _page_instead(response, url)
        return content

    def fetch(self, source: Source, target: Path, task: Task) -> None:
        """Make `target` the file of `source`.

        Raises:
            Unavailable: it is not there, or the connection broke again and again.
            WrongContent: its digest is another.
        """
        partial = self._partials / hashlib.sha256(source.url.encode()).hexdigest()[:16]
        self._partials.mkdir(parents=True, exist_ok=True)
        if not partial.exists() or _digest(partial) != source.sha256:
            clock = Clock()
            self._persist(source.url, lambda: self._complete(source.url, partial, task, clock))
            _require_digest(source, partial)
        partial.replace(target)
        _forget(partial)

    def _complete(self, url: str, partial: Path, task: Task, clock: Clock) -> None:
        """Ask for what is missing, where the server can tell; else for all of it."""
        with self._opened(url, _resume(partial), lambda: _forget(partial)) as response:
            self._receive(response, url, partial, task, clock)

    def _persist(self, url: str, attempt: Callable[[], T]) -> T:
        """Try again where a connection broke, as often as the limits say."""
        for number in range(1, self._limits.attempts):
            try:
                return attempt()
            except _Broken:
                if self._stop.wait(self._limits.pause * number):
                    raise Stopped from None
        try:
            return attempt()
        except _Broken as broken:
            raise Unavailable(f"{url} failed {self._limits.attempts} times: {broken}") from broken

    @contextmanager
    def _opened(
        self, url: str, headers: dict[str, str], out_of_range: Callable[[], None] = lambda: None
    ) -> Iterator[httpx2.Response]:
        """Yield the answer to a GET; raises _Broken where the same again may help."""
        request = self._client.build_request("GET", url, headers=headers)
        with _translated(url, _SILENT):
            response = self._client.send(request, stream=True)
        with closing(response), _translated(url, ()):
            if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                out_of_range()
            if response.status_code in _PASSING:
                raise _Broken(f"it answers {response.status_code}")
            require_file(response, url)
            yield response

    def _receive(self, response: httpx2.Response, url: str, partial: Path, task: Task, clock: Clock) -> None:
        mode = "ab" if response.status_code == HTTPStatus.PARTIAL_CONTENT else "wb"
        with partial.open(mode) as file:
            _write_validator(partial, response)
            done = file.tell()
            total = _total(response, done)
            for chunk in response.iter_raw():
                if self._stop.is_set():
                    raise Stopped
                if not done and _is_page(chunk):
                    raise _page_instead(response, url)
                file.write(chunk)
                done += len(chunk)
                task.show(done, total, transferred(done, total, clock.seconds))
        if total is not None and done < total:
            raise _Broken(f"{done} of {total} bytes came")


@contextmanager
def _translated(url: str, silent: tuple[type[httpx2.TransportError], ...]) -> Iterator[None]:
    """Tell a server that does not answer from a connection that broke."""
    try:
        yield
    except httpx2.TransportError as error:
        if isinstance(error, silent):
            raise Unavailable(f"{url} does not answer: {_cause(error)}") from error
        raise _Broken(_cause(error)) from error


def require_file(response: httpx2.Response, url: str) -> None:
    """Raise Unavailable for an error, a way around TLS, or a page for people in place of a file."""
    page = response.headers.get("Content-Type", "").startswith("text/html")
    detour = url.startswith("https:") and response.url.scheme != "https"
    if detour or (page and response.is_success):
        raise _page_instead(response, url)
    if not response.is_success:
        raise Unavailable(f"{url} answers {response.status_code} {response.reason_phrase}".rstrip())


def _is_page(content: bytes) -> bool:
    return content[:64].lstrip().lower().startswith((b"<!doctype html", b"<html"))


def _page_instead(response: httpx2.Response, url: str) -> Unavailable:
    return Unavailable(
        f"{url} answers with a web page in place of the file, as the login page of a proxy does "
        f"({response.url}). Log in there or set HTTPS_PROXY"
    )


def _cause(error: httpx2.TransportError) -> str:
    if isinstance(error, httpx2.TimeoutException):
        return "no answer in time"
    return str(error) or type(error).__name__


def _validator_file(partial: Path) -> Path:
    return partial.with_suffix(".json")


def _write_validator(partial: Path, response: httpx2.Response) -> None:
    """Keep what If-Range needs: a strong ETag, else the time of the last change."""
    etag = response.headers.get("ETag", "")
    validator = etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified", "")
    _validator_file(partial).write_text(json.dumps(validator))


def _resume(partial: Path) -> dict[str, str]:
    """Return the headers that ask for the rest; none where nothing is there, or nobody vouches for it."""
    try:
        size = partial.stat().st_size
        validator = json.loads(_validator_file(partial).read_text())
    except (OSError, ValueError):
        return {}
    if not size or not isinstance(validator, str) or not validator:
        return {}
    return {"Range": f"bytes={size}-", "If-Range": validator}


def _total(response: httpx2.Response, before: int) -> int | None:
    length = response.headers.get("Content-Length", "")
    return before + int(length) if length.isdigit() else None


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _forget(partial: Path) -> None:
    partial.unlink(missing_ok=True)
    _validator_file(partial).unlink(missing_ok=True)


def _require_digest(source: Source, partial: Path) -> None:
    found = _digest(partial)
    if found != source.sha256:
        _forget(partial)
        raise WrongContent(
            f"{source.url} has the SHA-256 {found}, and {source.sha256} was released. It was removed: "
            "somebody changes what you download, or the release was changed. Try another network"
        )
