"""A key service that speaks as AWS KMS does, on this machine; its one key hides nothing."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "arn:aws:kms:us-east-1:111122223333:key/only-for-this-test"
HIDDEN = b"hidden:"


@dataclass(frozen=True)
class KeyService:
    """asked: the operations that it was sent, in order."""

    url: str
    asked: list[str] = field(default_factory=list)


@contextmanager
def key_service() -> Iterator[KeyService]:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html, and Decrypt beside it."""
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            operation = str(self.headers["X-Amz-Target"]).rpartition(".")[2]
            asked.append(operation)
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if operation == "Encrypt":
                hidden = HIDDEN + base64.b64decode(given["Plaintext"])
                answer = {"CiphertextBlob": base64.b64encode(hidden).decode(), "KeyId": KEY}
            else:
                plain = base64.b64decode(given["CiphertextBlob"]).removeprefix(HIDDEN)
                answer = {"Plaintext": base64.b64encode(plain).decode(), "KeyId": KEY}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield KeyService(f"http://127.0.0.1:{server.server_port}", asked)
        server.shutdown()
