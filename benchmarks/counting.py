"""What an operation asks of the engine and of the API server, counted from outside.

A stand-in called `pulumi` notes each start and becomes the real one. Requests pass a proxy on
loopback; a kubeconfig that names it makes every client use it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tools.local_cluster.certificates import API_AUTHORITY
from tools.local_cluster.cluster import LocalCluster

from .measure import Command, run
from .place import Shell

#: Headers that belong to one connection, or that the server behind the proxy must not see or say.
HOP_BY_HOP = ("connection", "host", "keep-alive", "transfer-encoding", "content-length")
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Counts:
    """Engine processes, connections and requests to the API server, bytes of bodies each way."""

    processes: int
    connections: int
    requests: int
    sent: int
    received: int


@dataclass
class _Tally:
    connections: int = 0
    requests: int = 0
    sent: int = 0
    received: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, **amounts: int) -> None:
        with self.lock:
            for name, amount in amounts.items():
                setattr(self, name, getattr(self, name) + amount)


@dataclass(frozen=True)
class Counter:
    """Runs commands and counts."""

    tally: _Tally
    starts: Path
    kubeconfig: Path
    stand_in: Path

    def shell(self, shell: Shell) -> Shell:
        """Return the shell with the stand-in first on its PATH and the proxy as its cluster."""
        path = f"{self.stand_in}:{shell.environ['PATH']}"
        return shell.with_variables(PATH=path, KUBECONFIG=str(self.kubeconfig))

    def count(self, command: Command) -> Counts:
        """Run a command, whose shell is one of this counter's, and return what it asked for."""
        self.starts.write_text("")
        with self.tally.lock:
            self.tally.connections = self.tally.requests = self.tally.sent = self.tally.received = 0
        run(command)
        started = len(self.starts.read_text().splitlines())
        tally = self.tally
        return Counts(started, tally.connections, tally.requests, tally.sent, tally.received)


@contextlib.contextmanager
def counter(cluster: LocalCluster, folder: Path) -> Iterator[Counter]:
    """Yield a counter that works in a folder."""
    folder.mkdir()
    stand_in, starts = folder / "path", folder / "starts"
    stand_in.mkdir()
    script = stand_in / "pulumi"
    real = cluster.toolchain / "bin" / "pulumi"
    script.write_text(f'#!/bin/sh\necho "$*" >> "{starts}"\nexec "{real}" "$@"\n')
    script.chmod(0o755)
    tally = _Tally()
    with _proxy(cluster, tally) as url:
        kubeconfig = folder / "kubeconfig"
        kubeconfig.write_text(json.dumps(_through(cluster.kubeconfig, url)))
        kubeconfig.chmod(0o600)
        yield Counter(tally, starts, kubeconfig, stand_in)


def _through(kubeconfig: Path, url: str) -> dict[str, Any]:
    """Return a kubeconfig whose server is the proxy, which holds the credentials."""
    config: dict[str, Any] = json.loads(kubeconfig.read_text())
    config["clusters"] = [{"name": each["name"], "cluster": {"server": url}} for each in config["clusters"]]
    config["users"] = [{"name": each["name"], "user": {}} for each in config["users"]]
    return config


@contextlib.contextmanager
def _proxy(cluster: LocalCluster, tally: _Tally) -> Iterator[str]:
    config = json.loads(cluster.kubeconfig.read_text())
    server = urlsplit(config["clusters"][0]["cluster"]["server"])
    certificates = cluster.directory / "pki"
    tls = ssl.create_default_context(cafile=str(certificates / f"{API_AUTHORITY}.crt"))
    tls.load_cert_chain(certificates / "admin.pem")

    with _Proxy(tally, (server.hostname or "", server.port or 443), tls) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{proxy.server_address[1]}"
        finally:
            proxy.shutdown()
            thread.join()


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, tally: _Tally, behind: tuple[str, int], tls: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.tally = tally
        self._behind = behind
        self._tls = tls

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a side that hangs up in the middle of an answer: clients do so with a watch, and
        one that still waits ends with the API server.
        """
        if not isinstance(sys.exc_info()[1], (ConnectionError, http.client.HTTPException)):
            super().handle_error(request, client_address)

    def connect(self) -> http.client.HTTPSConnection:
        host, port = self._behind
        return http.client.HTTPSConnection(host, port, context=self._tls)


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client, and one behind it to the API server."""

    protocol_version = "HTTP/1.1"
    server: _Proxy

    def setup(self) -> None:
        super().setup()
        self.tally = self.server.tally
        self.tally.add(connections=1)
        self._behind = self.server.connect()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing of each request."""

    def finish(self) -> None:
        self._behind.close()
        super().finish()

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.tally.add(requests=1, sent=len(body))
        headers = {key: value for key, value in self.headers.items() if key.lower() not in HOP_BY_HOP}
        self._behind.request(self.command, self.path, body or None, headers)
        answer = self._behind.getresponse()
        self.send_response_only(answer.status)
        for key, value in answer.getheaders():
            if key.lower() not in HOP_BY_HOP:
                self.send_header(key, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        with answer:
            while chunk := answer.read1(CHUNK):
                self._send_chunk(chunk)
        self._send_chunk(b"")

    def _send_chunk(self, chunk: bytes) -> None:
        self.tally.add(received=len(chunk))
        self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on  # noqa: N815 - names of the base class
