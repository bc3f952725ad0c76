"""Requests with the standard library, for kubeconfigs that need no more.

The client library takes a quarter of a second before its first request, as long as everything else that
`list` does. It stays for what is not plain: plugins for credentials, proxies, the system's certificates.
"""

from __future__ import annotations

import base64
import http.client
import os
import ssl
import tempfile
import threading
import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from scaling_group.cluster.credentials import is_loopback
from scaling_group.cluster.kubeconfig import Connection
from scaling_group.cluster.refused import MOST_BYTES, TIMEOUT, NoAnswer, require_success, too_long
from scaling_group.cluster.request import Request

PROXIES = ("http_proxy", "https_proxy", "all_proxy")
CA, CA_DATA = "certificate-authority", "certificate-authority-data"
#: Bytes that are read at once.
CHUNK = 2**18
#: To zlib: the format of gzip.
GZIP = 31
CERTIFICATE, KEY = "client-certificate", "client-key"
#: What is understood here; whatever else stands in a kubeconfig is for the library.
CLUSTER_FIELDS = {"server", "extensions", CA, CA_DATA}
USER_FIELDS = {"token", CERTIFICATE, f"{CERTIFICATE}-data", KEY, f"{KEY}-data"}


def direct_requests(connection: Connection, environ: Mapping[str, str] = os.environ) -> DirectRequests | None:
    """Return plain requests to the cluster, None where the client library has to make them."""
    cluster = connection.kubeconfig["clusters"][0]["cluster"]
    users = connection.kubeconfig["users"]
    user = (users[0].get("user") or {}) if users else {}
    if _set(cluster) - CLUSTER_FIELDS or _set(user) - USER_FIELDS:
        return None
    proxied = any(environ.get(name) or environ.get(name.upper()) for name in PROXIES)
    if proxied and not is_loopback(str(cluster.get("server", ""))):
        return None
    server = urlsplit(str(cluster.get("server", "")))
    tls = server.scheme == "https"
    if not server.hostname or not (tls or server.scheme == "http"):
        return None
    if tls and not (cluster.get(CA) or cluster.get(CA_DATA)):
        return None
    return DirectRequests(server, _tls(cluster, user) if tls else None, user.get("token"))


def _set(fields: Mapping[str, Any]) -> set[str]:
    return {name for name, value in fields.items() if value}


def _tls(cluster: Mapping[str, Any], user: Mapping[str, Any]) -> ssl.SSLContext:
    """Return what the connection is checked with; data come before files, as with kubectl."""
    if data := cluster.get(CA_DATA):
        context = ssl.create_default_context(cadata=base64.b64decode(data).decode())
    else:
        context = ssl.create_default_context(cafile=cluster[CA])
    certificate, key = _content(user, CERTIFICATE), _content(user, KEY)
    if certificate and key:
        # The ssl module reads files alone; this one has mode 0600 and is gone at once.
        with tempfile.NamedTemporaryFile() as file:
            file.write(certificate + b"\n" + key)
            file.flush()
            context.load_cert_chain(file.name)
    return context


def _content(user: Mapping[str, Any], field: str) -> bytes:
    if data := user.get(f"{field}-data"):
        return base64.b64decode(data)
    if not user.get(field):
        return b""
    with open(user[field], "rb") as file:
        return file.read()


class DirectRequests:
    """A connection for each thread that asks, kept from one request to the next."""

    def __init__(self, server: SplitResult, tls: ssl.SSLContext | None, token: str | None) -> None:
        self._server = server
        self._tls = tls
        self._headers = {"Accept-Encoding": "gzip"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._own = threading.local()

    def send(self, request: Request) -> bytes:
        """Return the answer; raises Refused, and OSError or HTTPException where there is none."""
        kept = getattr(self._own, "connection", None)
        if kept is not None:
            try:
                return self._exchange(kept, request)
            except (ConnectionError, http.client.HTTPException):
                # Closed by the other side since the last request; that says nothing of a new one.
                kept.close()
        self._own.connection = self._connect()
        return self._exchange(self._own.connection, request)

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._server.hostname or "", self._server.port
        if self._tls:
            return http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=self._tls)
        return http.client.HTTPConnection(host, port, timeout=TIMEOUT)

    def _exchange(self, connection: http.client.HTTPConnection, request: Request) -> bytes:
        path = f"{self._server.path.rstrip('/')}{request.path}"
        target = f"{path}?{urlencode(request.query)}" if request.query else path
        try:
            connection.request(
                request.method, target, request.body or None, {**self._headers, **request.headers}
            )
            answer = connection.getresponse()
            content = _read(answer)
        except BaseException:
            # What is left of the answer would be taken for that to the next request.
            connection.close()
            raise
        if answer.getheader("Content-Encoding") == "gzip":
            content = unpacked(content)
        require_success(answer.status, content)
        return content


def _read(answer: http.client.HTTPResponse) -> bytes:
    chunks, size = [], 0
    while chunk := answer.read(CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > MOST_BYTES:
            raise too_long()
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)
    return b"".join(chunks)


def unpacked(packed: bytes, most: int = MOST_BYTES) -> bytes:
    """Return what was packed; raises NoAnswer where it is damaged, or longer than `most` bytes."""
    unpacker = zlib.decompressobj(GZIP)
    try:
        content = unpacker.decompress(packed, most + 1)
    except zlib.error as error:
        raise NoAnswer(f"its answer cannot be unpacked: {error}") from None
    if len(content) > most:
        raise too_long()
    if not unpacker.eof:
        raise NoAnswer("its answer is cut short")
    return content
