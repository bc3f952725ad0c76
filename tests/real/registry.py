"""A registry on loopback, which containerd asks without TLS: for images that have to be pulled."""

from __future__ import annotations

import contextlib
import json
import tarfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tools.real_node.images import Image, write_archive

_JSON, _BYTES = "application/vnd.oci.image.manifest.v1+json", "application/octet-stream"


@dataclass(frozen=True)
class Answer:
    kind: str
    digest: str
    body: bytes


@contextlib.contextmanager
def registry(program: Path, folder: Path) -> Iterator[str]:
    """Serve an image of the program, and return its reference."""
    answers: dict[str, Answer] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _send(self, answers.get(self.path))

        def do_HEAD(self) -> None:
            _send(self, answers.get(self.path))

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        answers |= _answers(program, folder / "pulled.tar")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}/pulled:1"
        server.shutdown()


def _send(handler: BaseHTTPRequestHandler, answer: Answer | None) -> None:
    handler.send_response(200 if answer else 404)
    found = answer or Answer(_BYTES, "", b"")
    handler.send_header("Content-Type", found.kind)
    handler.send_header("Content-Length", str(len(found.body)))
    handler.send_header("Docker-Content-Digest", found.digest)
    handler.end_headers()
    # Whoever pulls hangs up where its disk is full.
    with contextlib.suppress(OSError):
        if handler.command == "GET":
            handler.wfile.write(found.body)


def _answers(program: Path, archive: Path) -> Mapping[str, Answer]:
    write_archive(Image("pulled", program), archive)
    with tarfile.open(archive) as opened:
        files = {entry.name: _content(opened, entry) for entry in opened}
    archive.unlink()
    [manifest] = json.loads(files["index.json"])["manifests"]
    blobs = {f"sha256:{Path(name).name}": data for name, data in files.items() if name.startswith("blobs/")}
    named = Answer(_JSON, manifest["digest"], blobs[manifest["digest"]])
    found = {f"/v2/pulled/blobs/{digest}": Answer(_BYTES, digest, data) for digest, data in blobs.items()}
    return {**found, "/v2/pulled/manifests/1": named, f"/v2/pulled/manifests/{named.digest}": named}


def _content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    opened = archive.extractfile(entry)
    assert opened is not None
    return opened.read()
