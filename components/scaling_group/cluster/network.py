"""What this machine sees of a gateway as its clients do: addresses of names, and certificates."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime

from scaling_group.rollout.certificate import ServedCertificate

#: Seconds for a connection and a handshake.
TIMEOUT = 5.0


class Network:
    """Looks only; nothing is sent but handshakes."""

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
    return ServedCertificate(names, expires, untrusted)
