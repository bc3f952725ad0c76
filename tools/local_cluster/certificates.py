"""Certificates and keys of the control plane and of the gateway, made on first use.

A certificate and its key share one file (NAME.pem, mode 0600), so that they always belong
together, whenever a run is interrupted. Certificates alone are beside it as NAME.crt.
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .files import PRIVATE, make_private, write_file

AUTHORITY_DAYS = 3650
LEAF_DAYS = 365
#: Renewed so long before the end that a cluster which stays up for weeks does not outlive it.
RENEWAL = datetime.timedelta(days=60)
SERVICE_NETWORK_FIRST = "10.96.0.1"

_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class Identity:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def key_pem(self) -> bytes:
        return _key_pem(self.key)


@dataclass(frozen=True)
class Leaf:
    """What a certificate is for: the subject, and the names it serves (none: a client's)."""

    common_name: str
    organization: str = ""
    hosts: tuple[str, ...] = ()


API_AUTHORITY = "ca"
GATEWAY_AUTHORITY = "gateway-ca"
#: Of the certificate by which a server behind the API server knows whose words about a user to believe.
FRONT_AUTHORITY = "front-proxy-ca"
FRONT = "front-proxy"
#: What the gateway shows who asks for a name that it does not serve: nobody trusts it.
NO_NAME = "no-name"

API_LEAVES = {
    "apiserver": Leaf(
        "kube-apiserver",
        hosts=(
            "localhost",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "127.0.0.1",
            SERVICE_NETWORK_FIRST,
        ),
    ),
    "kubelet": Leaf("kubelet", hosts=("127.0.0.1",)),
    # Without permissions in the cluster: it shows the kubelet that it is the API server who asks.
    "kubelet-client": Leaf("kube-apiserver-kubelet-client"),
    "metrics": Leaf("metrics", hosts=("metrics-server.kube-system.svc", "custom-metrics.kube-system.svc")),
    "admin": Leaf("admin", organization="system:masters"),
    "controller-manager": Leaf("system:kube-controller-manager"),
    "scheduler": Leaf("system:kube-scheduler"),
}


def ensure_certificates(
    folder: Path,
    domain: str,
    renewal: datetime.timedelta = RENEWAL,
    leaves: Mapping[str, Leaf] = API_LEAVES,
) -> None:
    """Make what is missing or ends soon; leave everything else alone.

    Args:
        folder: where the files are; made if missing.
        domain: the gateway's certificate serves `*.domain` and `domain`.
        renewal: how long before its end a certificate is made anew.
        leaves: the certificates of the API server's authority, by file name.
    """
    make_private(folder)
    authority = _ensure_authority(folder, API_AUTHORITY, "scaling-group-local", renewal)
    for name, leaf in leaves.items():
        _ensure_leaf(folder, name, leaf, authority, renewal)
    front = _ensure_authority(folder, FRONT_AUTHORITY, "scaling-group-local front proxy", renewal)
    _ensure_leaf(folder, FRONT, Leaf(FRONT), front, renewal)
    gateway = _ensure_authority(folder, GATEWAY_AUTHORITY, "scaling-group-local gateway", renewal)
    serving = Leaf(domain, hosts=(f"*.{domain}", domain))
    _ensure_leaf(folder, "gateway", serving, gateway, renewal)
    nobody = _ensure_authority(folder, f"{NO_NAME}-ca", "nobody whom scaling-group-local trusts", renewal)
    _ensure_leaf(folder, NO_NAME, Leaf(NO_NAME, hosts=(f"{NO_NAME}.invalid",)), nobody, renewal)
    _ensure_service_account_key(folder / "service-accounts.key")


def load_identity(folder: Path, name: str) -> Identity | None:
    """Return the certificate and key called `name`, None where they are missing or damaged."""
    try:
        data = (folder / f"{name}.pem").read_bytes()
        key = serialization.load_pem_private_key(data, password=None)
        certificate = x509.load_pem_x509_certificate(data)
    except (OSError, ValueError):
        return None
    return Identity(certificate, key) if isinstance(key, ec.EllipticCurvePrivateKey) else None


def _ensure_authority(folder: Path, name: str, common_name: str, renewal: datetime.timedelta) -> Identity:
    found = load_identity(folder, name)
    if found is None or _ends_within(found.certificate, renewal):
        found = _make_authority(common_name)
        _save(folder, name, found)
    write_file(folder / f"{name}.crt", found.certificate_pem())
    return found


def _ensure_leaf(
    folder: Path, name: str, leaf: Leaf, authority: Identity, renewal: datetime.timedelta
) -> None:
    found = load_identity(folder, name)
    if found is None or not _is_good(found.certificate, authority, renewal):
        _save(folder, name, _make_leaf(leaf, authority))


def _is_good(certificate: x509.Certificate, authority: Identity, renewal: datetime.timedelta) -> bool:
    try:
        certificate.verify_directly_issued_by(authority.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return not _ends_within(certificate, renewal)


def _ensure_service_account_key(path: Path) -> None:
    """The API server signs tokens with it; RSA, as its default issuer expects."""
    if not path.exists():
        write_file(path, _key_pem(rsa.generate_private_key(65537, 2048)), PRIVATE)


def _save(folder: Path, name: str, identity: Identity) -> None:
    write_file(folder / f"{name}.pem", identity.certificate_pem() + identity.key_pem(), PRIVATE)


def _key_pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _ends_within(certificate: x509.Certificate, renewal: datetime.timedelta) -> bool:
    return certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC) < renewal


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        # An hour back: a clock that is set back a little must not make it invalid.
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _make_authority(common_name: str) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = _builder(name, name, key.public_key(), AUTHORITY_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_key_usage("key_cert_sign", "crl_sign"), critical=True)
    return Identity(builder.sign(key, hashes.SHA256()), key)


def _make_leaf(leaf: Leaf, authority: Identity) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.certificate.subject
    builder = _builder(_subject(leaf), issuer, key.public_key(), LEAF_DAYS)
    purpose = ExtendedKeyUsageOID.SERVER_AUTH if leaf.hosts else ExtendedKeyUsageOID.CLIENT_AUTH
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(issuer_key, critical=False)
    )
    if leaf.hosts:
        names = x509.SubjectAlternativeName([_general_name(host) for host in leaf.hosts])
        builder = builder.add_extension(names, critical=False)
    return Identity(builder.sign(authority.key, hashes.SHA256()), key)


def _subject(leaf: Leaf) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, leaf.common_name)]
    if leaf.organization:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, leaf.organization))
    return x509.Name(attributes)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _key_usage(*usages: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage in usages for usage in _USAGES})
