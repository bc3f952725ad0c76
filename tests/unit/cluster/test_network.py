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


@contextmanager
def answering(file: Path, response: bytes) -> Iterator[int]:
    """Answer every request over TLS with these bytes, and end the connection; yield the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    def answer(server: socket.socket) -> None:
        while True:
            try:
                plain, _ = server.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as secure:
                    requests.append(secure.recv(65536).decode())
                    secure.sendall(response)
            except OSError:
                plain.close()

    requests.clear()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer, args=(server,), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


requests: list[str] = []


def test_a_request_says_what_was_answered_and_sends_nothing_of_the_users(tmp_path, monkeypatch):
    file = certificate(tmp_path / "a.pem", HOST)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    told = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nX-A: 1\r\n\r\n404 page not found\n"
    with answering(file, told) as port:
        found = Network().request("127.0.0.1", port, HOST, "/", verified=True)

    assert (found.status, found.headers["x-a"], found.beginning) == (404, "1", "404 page not found\n")
    [request] = requests
    assert request.splitlines()[:2] == ["GET / HTTP/1.1", f"Host: {HOST}"]
    assert "Authorization" not in request


def test_a_certificate_that_is_not_trusted_ends_a_verified_request(tmp_path):
    with answering(certificate(tmp_path / "a.pem", HOST), b"HTTP/1.1 200 OK\r\n\r\n") as port:
        with pytest.raises(ssl.SSLCertVerificationError):
            Network().request("127.0.0.1", port, HOST, "/", verified=True)
        assert Network().request("127.0.0.1", port, HOST, "/", verified=False).status == 200


@pytest.mark.parametrize(
    ("response", "beginning"),
    [
        (b"HTTP/1.1 404 Not Found\r\n\r\n", ""),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nnone", "none"),
        (
            b"HTTP/1.1 503 Down\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ndown\r\n0\r\n\r\n",
            "down\r\n0\r\n\r\n",
        ),
        (b"HTTP/1.0 502 Bad\nContent-Length: 99999999999\n\nbad", "bad"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""),
    ],
)
def test_the_beginning_of_a_refusal_is_read(tmp_path, response, beginning):
    with answering(certificate(tmp_path / "a.pem", HOST), response) as port:
        assert Network().request("127.0.0.1", port, HOST, "/", verified=False).beginning == beginning


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (b"", "the connection was closed"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "speaks no HTTP/1.1"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n", "the headers of the response are no HTTP"),
        (b"HTTP/1.1 200 OK\r\nA: " + b"x" * 2**17, "the headers of the response are no HTTP"),
    ],
)
def test_what_is_no_http_is_said_so(tmp_path, response, said):
    file = certificate(tmp_path / "a.pem", HOST)
    with answering(file, response) as port, pytest.raises(OSError, match=said):
        Network().request("127.0.0.1", port, HOST, "/", verified=False)


def test_a_port_that_nothing_listens_on_is_refused():
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            Network().connect("127.0.0.1", deaf.getsockname()[1])
