"""Requests to the API server, for every kubeconfig, with the standard library.

What `list` loads decides how fast it is. Measured as CPU time that loading adds to what `list` loads anyway
(medians of 5 processes): http.client 0.000 s, since the standard library has loaded it; urllib3 0.040 s;
httpx2 0.050 s. Proxies are the one thing that http.client knows too little of; the library for them takes
0.031 s and is loaded where there is one.
"""

from __future__ import annotations

import base64
import http.client
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode, urlsplit

from scaling_group.cluster.answers import lines_of, whole
from scaling_group.cluster.fields import ClusterFields, UserFields
from scaling_group.cluster.identity import Credential, Identity, header_value, identity_of, impersonation
from scaling_group.cluster.proxies import proxy_for, server_url
from scaling_group.cluster.refused import TIMEOUT, Busy, NoAnswer, Refused, refusal_of
from scaling_group.cluster.request import Request
from scaling_group.cluster.sockets import open_socket, shut
from scaling_group.cluster.tls import tls_context

Found = TypeVar("Found")
Headers = list[tuple[str, str]]

#: How a connection breaks; a time that has passed is no break.
BROKEN = (ConnectionError, http.client.HTTPException, ssl.SSLEOFError)
#: How often an API server that is busy is asked, and the seconds between that are waited at most.
TRIES, LONGEST_WAIT = 5, 30
REDIRECTS, UNAUTHORIZED = 300, 401


class _Connection(http.client.HTTPConnection):
    """One connection, however it is opened, and the certificate of the client that it is opened with."""

    def __init__(self, open_it: Callable[[], socket.socket], certificate: bytes) -> None:
        super().__init__("")
        self._open_it = open_it
        self.certificate = certificate
        # Kept also where `sock` is forgotten, as it is for an answer that ends with the connection.
        self.opened: socket.socket | None = None

    def connect(self) -> None:
        self.sock = self.opened = self._open_it()


class Streamed:
    """An answer that goes on."""

    def __init__(self, opened: socket.socket | None, answer: http.client.HTTPResponse) -> None:
        self._opened = opened
        self._answer = answer

    def lines(self) -> Iterator[str]:
        return lines_of(self._answer)

    def stop(self) -> None:
        with suppress(OSError):
            shut(self._opened)


class _Call(NamedTuple):
    """silence: seconds without a word that are a broken connection. packed: whether the answer may be."""

    request: Request
    silence: float | None
    packed: bool


class _Answer(NamedTuple):
    connection: _Connection
    response: http.client.HTTPResponse


class Transport:
    """Requests to one cluster as one user, each thread at any time; connections are kept for later ones."""

    def __init__(
        self,
        cluster: ClusterFields,
        user: UserFields,
        environ: Mapping[str, str] = os.environ,
        identity: Identity | None = None,
    ) -> None:
        """Raise NoAnswer for a server or a proxy that cannot be asked.

        identity: what proves who the user is, by default that of the user's fields.
        """
        self._cluster = cluster
        self._server = urlsplit(server_url(cluster))
        if self._server.scheme not in ("http", "https") or not self._server.hostname:
            raise NoAnswer(f"the server of the kubeconfig is {cluster.get('server')!r}, which is not a URL")
        self._proxy = proxy_for(cluster, environ)
        self._identity = identity or identity_of(user, cluster)
        self._headers = self._same(user)
        self._idle: list[_Connection] = []
        self._lock = threading.Lock()
        self._tls: tuple[bytes, ssl.SSLContext] | None = None

    def send(self, request: Request) -> bytes:
        """Return the whole answer; raises Refused, and OSError where there is none."""
        call = _Call(request, TIMEOUT, packed=not self._cluster.get("disable-compression"))

        def ask() -> bytes:
            answer = self._answer(call)
            with self._keeping(answer):
                return whole(answer.response)

        with _one_kind_of_error():
            return _patiently(ask, request)

    @contextmanager
    def stream(self, request: Request, silence: float | None) -> Iterator[Streamed]:
        """Open an answer that goes on; raises as send does, and so do its lines."""
        call = _Call(request, silence, packed=False)
        with _one_kind_of_error():
            answer = _patiently(lambda: self._answer(call), request)
            with self._keeping(answer):
                yield Streamed(answer.connection.opened, answer.response)

    def _answer(self, call: _Call) -> _Answer:
        """Return an answer that is no error, of which nothing has been read."""
        credential = self._identity.current()
        try:
            return self._ask(call, credential)
        except Refused as error:
            if error.code != UNAUTHORIZED or not self._identity.renew(credential):
                raise
        return self._ask(call, self._identity.current())

    def _ask(self, call: _Call, credential: Credential) -> _Answer:
        connection = self._kept(credential.certificate)
        try:
            answer = self._begin(connection or self._new(credential.certificate), call, credential)
        except BROKEN:
            if connection is None:
                raise
            # Closed by the other side since the last request; that says nothing of a new one.
            answer = self._begin(self._new(credential.certificate), call, credential)
        response = answer.response
        if response.status < REDIRECTS:
            return answer
        with self._keeping(answer):
            content = whole(response)
        raise refusal_of(response.status, content, response.headers)

    def _begin(self, connection: _Connection, call: _Call, credential: Credential) -> _Answer:
        try:
            if connection.sock is None:
                connection.connect()
            connection.sock.settimeout(call.silence)
            connection.putrequest(
                call.request.method, self._target(call.request), skip_host=True, skip_accept_encoding=True
            )
            for name, value in (*self._headers, *_own(call, credential)):
                connection.putheader(name, header_value(value))
            connection.endheaders(call.request.body or None)
            return _Answer(connection, connection.getresponse())
        except BaseException:
            # What is left of the answer would be taken for that to the next request.
            connection.close()
            raise

    def _target(self, request: Request) -> str:
        path = f"{self._server.path.rstrip('/')}{request.path}"
        target = f"{path}?{urlencode(request.query)}" if request.query else path
        return f"{self._server.scheme}://{self._host}{target}" if self._read_by_proxy else target

    @property
    def _host(self) -> str:
        return self._server.netloc.rpartition("@")[2]

    @property
    def _read_by_proxy(self) -> bool:
        """Whether the proxy reads requests, and passes on more than bytes."""
        return self._server.scheme == "http" and self._proxy is not None and self._proxy.scheme != "socks5"

    def _same(self, user: UserFields) -> Headers:
        """Return the headers of every request."""
        found = [("Host", self._host), ("User-Agent", "scaling-group"), *impersonation(user)]
        if self._proxy and self._proxy.username and self._read_by_proxy:
            pair = f"{self._proxy.username}:{self._proxy.password}"
            found.append(("Proxy-Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"))
        return found

    def _kept(self, certificate: bytes) -> _Connection | None:
        """Return a connection that nobody uses, None where there is none for this certificate."""
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if connection.certificate == certificate:
                    return connection
                connection.close()
        return None

    def _new(self, certificate: bytes) -> _Connection:
        name = self._cluster.get("tls-server-name") or (self._server.hostname or "").partition("%")[0]

        def open_it() -> socket.socket:
            tls = self._context(certificate) if self._server.scheme == "https" else None
            return open_socket(self._server, tls, name, self._proxy)

        return _Connection(open_it, certificate)

    def _context(self, certificate: bytes) -> ssl.SSLContext:
        with self._lock:
            if self._tls is None or self._tls[0] != certificate:
                self._tls = (certificate, tls_context(self._cluster, certificate))
            return self._tls[1]

    @contextmanager
    def _keeping(self, answer: _Answer) -> Iterator[None]:
        """Keep a connection for the next request where its answer is read to the end, else close it."""
        try:
            yield
        finally:
            if answer.response.isclosed() and answer.connection.sock is not None:
                self._idle.append(answer.connection)
            else:
                answer.response.close()
                answer.connection.close()


def _own(call: _Call, credential: Credential) -> Headers:
    """Return the headers of one request."""
    found = {**call.request.headers, **({"Accept-Encoding": "gzip"} if call.packed else {})}
    if call.request.body:
        found["Content-Length"] = str(len(call.request.body))
    if credential.authorization:
        found["Authorization"] = credential.authorization
    return list(found.items())


def _patiently(ask: Callable[[], Found], request: Request) -> Found:
    """Return the answer; waits for a busy API server, and repeats a read whose connection broke."""
    busy = broken = 0
    while True:
        try:
            return ask()
        except Busy as error:
            busy += 1
            if busy == TRIES or error.seconds > LONGEST_WAIT:
                raise
            time.sleep(error.seconds)
        except BROKEN:
            broken += 1
            if broken > 1 or not request.changes_nothing:
                raise


@contextmanager
def _one_kind_of_error() -> Iterator[None]:
    try:
        yield
    except http.client.HTTPException as error:
        raise NoAnswer(str(error) or type(error).__name__) from None
