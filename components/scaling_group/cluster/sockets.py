"""Connections to the API server: straight, or through a proxy."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult

from scaling_group.cluster.proxies import PORTS, Proxy
from scaling_group.cluster.refused import TIMEOUT, NoAnswer

if TYPE_CHECKING:
    from python_socks.sync.v2 import Proxy as Tunnel


def open_socket(
    server: SplitResult, tls: ssl.SSLContext | None, name: str, proxy: Proxy | None
) -> socket.socket:
    """Return a connection on which requests can be sent.

    tls: None for plain text. name: that the server's certificate has to have. Raises OSError.
    """
    host, port = server.hostname or "", server.port or PORTS[server.scheme]
    if proxy is None:
        return _secured(_connected(host, port), tls, name)
    if tls is None and proxy.scheme != "socks5":
        # Such a proxy reads the request itself.
        context = ssl.create_default_context() if proxy.scheme == "https" else None
        return _secured(_connected(proxy.host, proxy.port), context, proxy.host)
    return _through(proxy, host, port, tls, name)


def _through(proxy: Proxy, host: str, port: int, tls: ssl.SSLContext | None, name: str) -> socket.socket:
    # The library is for proxies alone: tunnels, SOCKS, and TLS within TLS.
    from python_socks import ProxyError

    try:
        stream = _tunnel(proxy, tls).connect(host, port, timeout=TIMEOUT)
        stream = stream.start_tls(name, tls) if tls else stream
    except ProxyError as error:
        raise NoAnswer(f"the proxy {proxy} cannot reach {host}:{port}: {error}") from None
    # Of TLS within TLS it is no socket, and behaves as one.
    found: Any = stream.socket
    found.settimeout(TIMEOUT)
    return found  # type: ignore[no-any-return]


def _tunnel(proxy: Proxy, tls: ssl.SSLContext | None) -> Tunnel:
    from python_socks import ProxyType
    from python_socks.sync.v2 import Proxy as Tunnel

    socks = proxy.scheme == "socks5"
    return Tunnel(
        ProxyType.SOCKS5 if socks else ProxyType.HTTP,
        proxy.host,
        proxy.port,
        proxy.username or None,
        proxy.password or None,
        rdns=True,
        # As kubectl does it: with what the cluster is checked with.
        proxy_ssl=tls if proxy.scheme == "https" else None,
    )


def _connected(host: str, port: int) -> socket.socket:
    address: Any = (_as_bytes(host), port)
    found = socket.create_connection(address, TIMEOUT)
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # A log that says nothing for hours is told from a node that has gone.
    found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return found


def _as_bytes(host: str) -> str | bytes:
    """Return a name that needs no encoding as bytes: for text Python loads its tables of Unicode names."""
    return host.encode() if host.isascii() else host


def _secured(plain: socket.socket, tls: ssl.SSLContext | None, name: str) -> socket.socket:
    if tls is None:
        return plain
    try:
        return tls.wrap_socket(plain, server_hostname=_as_bytes(name))
    except BaseException:
        plain.close()
        raise


def shut(connection: Any) -> None:
    """End a connection that another thread reads from."""
    while not isinstance(connection, socket.socket):
        connection = connection.socket
    # Below TLS, which is in the middle of a read in that thread.
    socket.socket.shutdown(connection, socket.SHUT_RDWR)
