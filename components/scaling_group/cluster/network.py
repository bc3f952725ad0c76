"""What this machine sees of a gateway as its clients do: addresses of names, and certificates."""

from __future__ import annotations

import http.client
import io
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from scaling_group.rollout.certificate import ServedCertificate
from scaling_group.rollout.response import Response

#: Seconds for a connection and a handshake.
TIMEOUT = 5.0
#: Seconds for a whole request, and bytes of a response that are read.
WHOLE = 10.0
LARGEST = 2**16
BEGINNING = 1024
#: Statuses from here on may be the gateway's, which its body tells.
TOLD_BY_BODY = 400
STATUS_LINE = re.compile(rb"HTTP/1\.[01] (\d{3})[^\r\n]*\r?\n")
#: The end of the head of a response.
END = re.compile(rb"\r?\n\r?\n")


class Network:
    """Looks only; nothing is sent but handshakes, and where asked for one GET request."""

    def addresses(self, host: str) -> list[str]:
        """Return the addresses that a name has on this machine, none where it has none."""
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return []
        return sorted({str(entry[4][0]) for entry in found})

    def certificate(self, address: str, port: int, host: str) -> ServedCertificate:
        """Return the certificate that is shown to a client that asks for a host.

        Raises OSError where there is no connection or no TLS.
        """
        trusting = ssl.create_default_context()
        # Names are compared by us: a certificate for another host is to be looked at too.
        trusting.check_hostname = False
        try:
            return _seen(_handshake(trusting, address, port, host))
        except ssl.SSLCertVerificationError as error:
            untrusted = error.verify_message
        return self._untrusted(address, port, host, untrusted)

    def connect(self, address: str, port: int) -> None:
        """Return where something accepts connections; raises OSError where nothing does."""
        socket.create_connection((address, port), TIMEOUT).close()

    def request(self, address: str, port: int, host: str, path: str, *, verified: bool) -> Response:
        """Return what a GET of a path for a host answers; nothing of the user's is sent.

        verified: only where this machine trusts the certificate for the host. Raises OSError where there is
        no HTTP response within ten seconds.
        """
        context = ssl.create_default_context()
        if not verified:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        ends = time.monotonic() + WHOLE
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            "User-Agent: scaling-group",
            "Accept: */*",
            "Connection: close",
        )
        with _handshake(context, address, port, host) as opened:
            opened.sendall("\r\n".join([*lines, "", ""]).encode())
            return _received(opened, ends)

    def _untrusted(self, address: str, port: int, host: str, reason: str) -> ServedCertificate:
        """Look at a certificate by trusting itself alone: only a verified one can be read."""
        blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
        with _handshake(blind, address, port, host) as shown:
            certificate = shown.getpeercert(binary_form=True)
        itself = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        itself.check_hostname = False
        itself.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        itself.load_verify_locations(cadata=certificate)
        try:
            return _seen(_handshake(itself, address, port, host), untrusted=reason)
        except ssl.SSLCertVerificationError as error:
            return ServedCertificate(untrusted=reason, fault=error.verify_message)


def _handshake(context: ssl.SSLContext, address: str, port: int, host: str) -> ssl.SSLSocket:
    plain = socket.create_connection((address, port), TIMEOUT)
    try:
        return context.wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def _seen(shown: ssl.SSLSocket, untrusted: str = "") -> ServedCertificate:
    with shown:
        found = shown.getpeercert() or {}
    names = tuple(str(entry[1]) for entry in found.get("subjectAltName", ()) if entry[0] == "DNS")
    expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(found["notAfter"])), UTC)
    return ServedCertificate(names, expires, untrusted, issuer=_issuer(found))


def _issuer(found: Mapping[str, Any]) -> str:
    """Return who has signed a certificate: its common name, or its organization."""
    parts = dict(pair for entry in found.get("issuer") or () for pair in entry)
    return str(parts.get("commonName") or parts.get("organizationName", ""))


def _received(opened: ssl.SSLSocket, ends: float) -> Response:
    """Return a response with the beginning of its body, where that tells why there is none of the group."""
    content = _until(opened, ends, b"", lambda held: bool(END.search(held)) or len(held) >= LARGEST)
    first = STATUS_LINE.match(content)
    if not first:
        raise OSError("what answers speaks no HTTP/1.1" if content else "the connection was closed")
    rest = content[first.end() :]
    end = END.search(b"\r\n" + rest)
    head, body = (rest[: max(end.start() - 2, 0)], rest[end.end() - 2 :]) if end else (rest, b"")
    headers = _headers(head, complete=bool(end))
    status = int(first[1])
    if status >= TOLD_BY_BODY:
        length = headers.get("content-length", "")
        wanted = min(int(length), BEGINNING) if length.isdecimal() and len(length) < 10 else BEGINNING
        body = _until(opened, ends, body, lambda held: len(held) >= wanted)
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = body.partition(b"\r\n")[2]
    return Response(status, headers, body[:BEGINNING].decode("utf-8", "replace"))


def _until(opened: ssl.SSLSocket, ends: float, content: bytes, enough: Callable[[bytes], bool]) -> bytes:
    """Return what is received until it is enough, or the connection ends."""
    while not enough(content):
        left = ends - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"no response within {WHOLE:g} s")
        opened.settimeout(left)
        more = opened.recv(LARGEST)
        content += more
        if not more:
            break
    return content


def _headers(head: bytes, *, complete: bool) -> dict[str, str]:
    try:
        if not complete:
            raise ValueError
        found = http.client.parse_headers(io.BytesIO(head + b"\r\n\r\n"))
    except (http.client.HTTPException, ValueError):
        raise OSError("the headers of the response are no HTTP") from None
    return {name.lower(): str(value) for name, value in found.items()}
