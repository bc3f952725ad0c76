"""An API server that gives the answers that a test puts in, and a kubeconfig for it."""

from __future__ import annotations

import json
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from scaling_group.cluster.kubeconfig import Connection

POD: dict[str, Any] = {"metadata": {"name": "web"}}
ANSWER = json.dumps(POD).encode()


class Handler(BaseHTTPRequestHandler):
    """Answers with the answers of its server, and notes what it was asked."""

    protocol_version = "HTTP/1.1"
    # Else the second part of an answer waits until the first one is acknowledged.
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        self.server.methods.append(self.command)
        self.server.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
        self.server.asked.append((self.path, self.headers, self.connection.getpeername()))
        code, body, headers = self.server.next_answer()
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.server.hangs_up

    # As the library calls them.
    do_DELETE = do_PATCH = do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host: str = "127.0.0.1") -> None:
        super().__init__((host, 0), Handler)
        self.asked: list[tuple[str, Message, Any]] = []
        self.methods: list[str] = []
        self.bodies: list[bytes] = []
        self.answers: list[tuple[int, bytes, dict[str, str]]] = [(200, ANSWER, {})]
        self.hangs_up = False

    def next_answer(self) -> tuple[int, bytes, dict[str, str]]:
        """Return the next answer; the last one stays."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


def connection_to(url: str, user: dict[str, Any] | None = None, **cluster: Any) -> Connection:
    return Connection(
        "c",
        {
            "clusters": [{"name": "c", "cluster": {"server": url, **cluster}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "users": [{"name": "u", "user": user or {}}],
            "current-context": "c",
        },
    )
