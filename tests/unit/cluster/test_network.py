"""What a TLS server shows, with a real one on loopback."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scaling_group.cluster.network import Network
from tests.unit.cluster.certificates import TODAY, certificate

HOST = "abc123-web.gw.example.com"


@contextmanager
def serving(file: Path | None) -> Iterator[int]:
    """Answer handshakes with a certificate, or nonsense without one; yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if file:
            context.load_cert_chain(file)

        def answer() -> None:
            while True:
                try:
                    plain, _ = server.accept()
                except OSError:
                    return
                try:
                    if file:
                        context.wrap_socket(plain, server_side=True).close()
                    else:
                        plain.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                except OSError:
                    pass
                finally:
                    plain.close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_certificate_that_nobody_trusts_can_be_read(tmp_path):
    with serving(certificate(tmp_path / "a.pem", "*.gw.example.com", "gw.example.com")) as port:
        shown = Network().certificate("127.0.0.1", port, HOST)

    assert shown.names == ("*.gw.example.com", "gw.example.com")
    assert shown.expires == TODAY + datetime.timedelta(days=30)
    assert "self-signed certificate" in shown.untrusted
    assert shown.fault == ""


def test_a_trusted_certificate_for_another_host_can_be_read(tmp_path, monkeypatch):
    file = certificate(tmp_path / "a.pem", "shop.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with serving(file) as port:
        shown = Network().certificate("127.0.0.1", port, HOST)

    assert (shown.names, shown.untrusted, shown.fault) == (("shop.example.com",), "", "")


@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_that_has_ended(tmp_path, monkeypatch, trusted):
    file = certificate(tmp_path / "a.pem", HOST, days=-1)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with serving(file) as port:
        shown = Network().certificate("127.0.0.1", port, HOST)

    assert shown.fault == "certificate has expired"
    assert shown.expires is None


def test_what_is_no_tls_or_not_there_is_an_error():
    with serving(None) as port, pytest.raises(ssl.SSLError):
        Network().certificate("127.0.0.1", port, HOST)
    # A port that is taken and that nobody listens on: a free one may be somebody else's a moment later.
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            Network().certificate("127.0.0.1", deaf.getsockname()[1], HOST)


def test_addresses_of_a_name():
    assert "127.0.0.1" in Network().addresses("localhost")
    assert Network().addresses("no-such-host.invalid") == []
    assert Network().addresses("x" * 64 + ".example.com") == []
