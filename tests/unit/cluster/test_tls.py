"""What a server's certificate is checked with: what kubectl takes is taken, on every Python."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import socket
import ssl
import threading
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import load_connection
from scaling_group.errors import Unreachable
from tests.unit.cluster.answering import POD, Server, connection_to

NOW = datetime.datetime.now(datetime.UTC)


class Issued(NamedTuple):
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def key_pem(self, encryption: Any = None) -> bytes:
        form = serialization.PrivateFormat.PKCS8
        encryption = encryption or serialization.NoEncryption()
        return self.key.private_bytes(serialization.Encoding.PEM, form, encryption)


def issue(name: str, by: Issued | None = None, *, authority: bool = False, key_ids: bool = True) -> Issued:
    """Return a certificate for 127.0.0.1 and ::1, or of an authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - datetime.timedelta(days=1))
        .not_valid_after(NOW + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if authority and key_ids:
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    if not authority:
        hosts = [x509.IPAddress(ipaddress.ip_address(host)) for host in ("127.0.0.1", "::1")]
        builder = builder.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
    return Issued(builder.sign(by.key if by else key, hashes.SHA256()), key)


def secure(server: Server, folder: Path, shown: Issued, *more: bytes, client: bytes = b"") -> None:
    """Have a server show a certificate, and ask for one that `client` has signed."""
    (folder / "shown.pem").write_bytes(b"".join((shown.key_pem(), shown.pem, *more)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "shown.pem")
    if client:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=client.decode())
    server.socket = context.wrap_socket(server.socket, server_side=True)


def trusting(pem: bytes) -> dict[str, str]:
    return {"certificate-authority-data": base64.b64encode(pem).decode()}


def ask(server: Server, user: dict[str, Any] | None = None, **cluster: Any) -> Any:
    connection = connection_to(f"https://{server.address}", user or {"token": "t"}, **cluster)
    return Cluster(connection).get("Pod", "default", "web")


def test_an_authority_without_key_identifier_is_taken(server, tmp_path):
    """As that of EKS; Python 3.13 and newer refuse it by default."""
    authority = issue("plain", authority=True, key_ids=False)
    secure(server, tmp_path, issue("api", authority))

    assert ask(server, **trusting(authority.pem)) == POD


def test_an_intermediate_authority_alone_is_taken(server, tmp_path):
    root = issue("root", authority=True)
    between = issue("between", root, authority=True)
    secure(server, tmp_path, issue("api", between), between.pem)

    assert ask(server, **trusting(between.pem)) == POD


def test_comments_between_certificates_are_in_any_language(server, tmp_path):
    authority = issue("plain", authority=True)
    secure(server, tmp_path, issue("api", authority))

    assert ask(server, **trusting("# Zertifizierungsstelle für Köln\n".encode() + authority.pem)) == POD


def test_no_certificate_is_checked_where_the_kubeconfig_says_so(server, tmp_path):
    secure(server, tmp_path, issue("api"))

    assert ask(server, **{"insecure-skip-tls-verify": True}) == POD
    with pytest.raises(Unreachable, match="cannot reach"):
        ask(server)


def test_the_certificates_of_the_system_are_those_that_it_names(server, tmp_path, monkeypatch):
    authority = issue("plain", authority=True)
    secure(server, tmp_path, issue("api", authority))
    (tmp_path / "system.pem").write_bytes(authority.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "system.pem"))

    assert ask(server) == POD


def test_a_server_has_an_address_of_version_6(tmp_path):
    authority = issue("plain", authority=True)

    class Server6(Server):
        address_family = socket.AF_INET6

    with Server6("::1") as server:
        secure(server, tmp_path, issue("api", authority))
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"https://[::1]:{server.server_address[1]}"
        cluster = Cluster(connection_to(url, {"token": "t"}, **trusting(authority.pem)))

        assert cluster.get("Pod", "default", "web") == POD
        assert server.asked[0][1]["Host"] == url.removeprefix("https://")
        server.shutdown()


def test_a_client_certificate_that_is_renewed_is_read_again(server, tmp_path):
    ours, others = (issue(name, authority=True) for name in ("ours", "others"))
    secure(server, tmp_path, issue("api", ours), client=ours.pem)
    server.hangs_up = True
    user = {"client-certificate": str(tmp_path / "c"), "client-key": str(tmp_path / "k")}
    cluster = Cluster(connection_to(f"https://{server.address}", user, **trusting(ours.pem)))

    for authority, taken in ((others, False), (ours, True)):
        client = issue("me", authority)
        (tmp_path / "c").write_bytes(client.pem)
        (tmp_path / "k").write_bytes(client.key_pem())
        if taken:
            assert cluster.get("Pod", "default", "web") == POD
        else:
            with pytest.raises(Unreachable):
                cluster.get("Pod", "default", "web")


@pytest.mark.parametrize(
    ("cluster", "said"),
    [
        ({"certificate-authority-data": "%%%"}, "certificate-authority-data of the kubeconfig is not base64"),
        (trusting(b"none"), "the certificate-authority of the kubeconfig holds no certificate"),
        ({"certificate-authority": "/not/there"}, "the certificate-authority of the kubeconfig cannot be"),
    ],
)
def test_what_cannot_be_trusted_is_said(server, cluster, said):
    with pytest.raises(Unreachable) as raised:
        ask(server, **cluster)

    assert said in raised.value.detail


def test_a_key_with_a_passphrase_is_said_and_not_asked_for(server, tmp_path):
    client = issue("me")
    locked = client.key_pem(serialization.BestAvailableEncryption(b"secret"))
    user = {
        "client-certificate-data": base64.b64encode(client.pem).decode(),
        "client-key-data": base64.b64encode(locked).decode(),
    }

    with pytest.raises(Unreachable) as raised:
        ask(server, user)

    assert raised.value.detail == "the client key is encrypted; use a key without a passphrase"


def test_certificates_are_checked_or_not_and_never_both(tmp_path):
    more = {"insecure-skip-tls-verify": True, "certificate-authority": "/ca.crt"}
    (tmp_path / "config").write_text(str(connection_to("https://c", {}, **more).kubeconfig))

    with pytest.raises(Unreachable, match="insecure-skip-tls-verify beside certificate-authority"):
        load_connection(None, {"KUBECONFIG": str(tmp_path / "config")})
