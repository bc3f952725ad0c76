"""What a connection to the API server is checked with, and how this side proves who it is."""

from __future__ import annotations

import base64
import binascii
import os
import ssl
import tempfile
from pathlib import Path
from typing import Any

from scaling_group.cluster.fields import ClusterFields
from scaling_group.cluster.refused import NoAnswer

CA, CA_DATA = "certificate-authority", "certificate-authority-data"
#: Where distributions keep the certificates of the system, for a Python that was built for another one.
#: https://go.dev/src/crypto/x509/root_linux.go
SYSTEM = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def tls_context(cluster: ClusterFields, certificate: bytes) -> ssl.SSLContext:
    """Return what connections to a cluster are made with.

    certificate: of the client, with its key; none where it is empty. Raises NoAnswer for what cannot be used.
    """
    context = ssl.create_default_context(cadata=authorities(cluster) or None)
    # kubectl takes an authority without key identifier, and an intermediate one as the root of a chain.
    context.verify_flags = (context.verify_flags & ~ssl.VERIFY_X509_STRICT) | ssl.VERIFY_X509_PARTIAL_CHAIN
    if cluster.get("insecure-skip-tls-verify"):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    elif not context.cert_store_stats()["x509_ca"]:
        _load_system(context)
    if certificate:
        _load_client(context, certificate)
    return context


def authorities(cluster: ClusterFields) -> str:
    """Return the certificates that the kubeconfig trusts, nothing for the system's; data before a file."""
    content = content_of(cluster, CA)
    if content and b"-----BEGIN CERTIFICATE-----" not in content:
        raise NoAnswer(f"the {CA} of the kubeconfig holds no certificate")
    # Comments between certificates are in any language.
    return content.decode("ascii", "ignore")


def content_of(fields: Any, field: str) -> bytes:
    """Return what a field or its `-data` holds; raises NoAnswer where that cannot be read."""
    if data := fields.get(f"{field}-data"):
        try:
            return base64.b64decode("".join(data.split()), validate=True)
        except (binascii.Error, ValueError):
            raise NoAnswer(f"{field}-data of the kubeconfig is not base64") from None
    if not fields.get(field):
        return b""
    try:
        return Path(fields[field]).read_bytes()
    except OSError as error:
        raise NoAnswer(f"the {field} of the kubeconfig cannot be read: {error}") from error


def _load_system(context: ssl.SSLContext) -> None:
    if os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"):
        # Who names others trusts these alone.
        return
    if file := next((each for each in SYSTEM if Path(each).is_file()), None):
        context.load_verify_locations(cafile=file)


def _load_client(context: ssl.SSLContext, certificate: bytes) -> None:
    # The ssl module reads files alone; this one has mode 0600 and is gone at once.
    with tempfile.NamedTemporaryFile() as file:
        file.write(certificate)
        file.flush()
        try:
            context.load_cert_chain(file.name, password=_ask_for_no_password)
        except ssl.SSLError as error:
            raise NoAnswer(f"the client certificate and its key cannot be used: {error}") from None


def _ask_for_no_password() -> str:
    raise NoAnswer("the client key is encrypted; use a key without a passphrase")
