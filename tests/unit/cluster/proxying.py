"""A proxy on 127.0.0.1: tunnels for CONNECT and SOCKS 5, which lead to one server whatever is asked for."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from typing import Any


class TunnelProxy:
    """Notes where it is asked to lead, and with which credentials; names are never looked up."""

    def __init__(self, target: int, tls: ssl.SSLContext | None = None) -> None:
        self._target = target
        self._tls = tls
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        self.asked: list[tuple[str, int]] = []
        self.credentials: list[str] = []
        self.refusal = b""
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with suppress(OSError):
            near = self._tls.wrap_socket(near, server_side=True) if self._tls else near
            first = near.recv(1)
            led = self._socks(near) if first == b"\x05" else self._connect(near, first)
            if led:
                far = socket.create_connection(("127.0.0.1", self._target))
                threading.Thread(target=pass_on, args=(far, near), daemon=True).start()
                pass_on(near, far)

    def _connect(self, near: socket.socket, begun: bytes) -> bool:
        while not begun.endswith(b"\r\n\r\n"):
            begun += near.recv(1)
        head, *headers = begun.decode().split("\r\n")
        host, _, port = head.split()[1].rpartition(":")
        self.asked.append((host, int(port)))
        self.credentials += [line for line in headers if line.startswith("Proxy-Authorization")]
        near.sendall(self.refusal or b"HTTP/1.1 200 Connection established\r\n\r\n")
        return not self.refusal

    def _socks(self, near: socket.socket) -> bool:
        # https://www.rfc-editor.org/rfc/rfc1928 and, for the password, rfc1929
        methods = near.recv(near.recv(1)[0])
        password = 2 in methods
        near.sendall(b"\x05\x02" if password else b"\x05\x00")
        if password:
            near.recv(1)
            pair = [near.recv(near.recv(1)[0]).decode() for _ in range(2)]
            self.credentials.append(":".join(pair))
            near.sendall(b"\x01\x00")
        _, _, _, kind = near.recv(4)
        host: Any = near.recv(near.recv(1)[0]).decode() if kind == 3 else socket.inet_ntoa(near.recv(4))
        self.asked.append((host, int.from_bytes(near.recv(2), "big")))
        near.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        return True


def pass_on(source: socket.socket, sink: socket.socket) -> None:
    """Send on what comes until either side ends, and end both."""
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for side in (source, sink):
        with suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)
