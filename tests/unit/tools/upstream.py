"""Upstream's release hosts on 127.0.0.1, packed from a toolchain's folder, with the faults of a network.

By hand, with a toolchain that was really built, into a cache of its own:

    .venv/bin/python -m tests.unit.tools.upstream BUILT_FOLDER CACHE

BUILT_FOLDER is what `python -m tools.toolchain --path` prints; CACHE is filled as if XDG_CACHE_HOME
were its grandparent: with CACHE=/tmp/x/scaling-group/toolchain, `XDG_CACHE_HOME=/tmp/x make demo`.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import tarfile
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tools.toolchain.choosing import Choice, Mode
from tools.toolchain.display import open_display
from tools.toolchain.folder import HERE
from tools.toolchain.go import module_folder
from tools.toolchain.making import Making, Settings
from tools.toolchain.manifest import read_manifest, summary
from tools.toolchain.platforms import Platform, this_platform
from tools.toolchain.releases import Hosts, Kind, Release, releases_for
from tools.toolchain.shared import SHARED, Shared, part_url, parts

#: The hosts' places below an Upstream's root.
NAMES = ("pulumi", "kubernetes", "github", "github_api", "github_files")


def hosts_at(base: str) -> Hosts:
    return Hosts(**{name: f"{base}/{name}" for name in NAMES})


def pack(built: Path, root: Path, platforms: Iterable[Platform]) -> None:
    """Write every release for platforms below `root`, from the programs of a toolchain's folder."""
    published: dict[str, dict[str, str]] = {}
    for release in [one for platform in platforms for one in releases_for(platform, hosts_at(""))]:
        content = _packed(release, built)
        _write(root, release.url, content)
        digests = published.setdefault(release.digest.url, {})
        digests[release.file] = hashlib.sha256(content).hexdigest()
    for url, digests in published.items():
        _write(root, url, _digest_file(url, digests).encode())


def pack_shared(root: Path, part: Callable[[Shared, str], bytes]) -> None:
    """Write the parts of the shared files below `root`."""
    for shared in SHARED:
        for path in parts(shared):
            _write(root, part_url(shared, path, hosts_at("")), part(shared, path))


def _packed(release: Release, built: Path) -> bytes:
    files = {member.name: (built / member.target).read_bytes() for member in release.members}
    if release.kind is Kind.PLAIN:
        return files[""]
    files = {"README.md": b"what else there is\n", **files}
    return packed_tar(files) if release.kind is Kind.TAR else packed_zip(files)


def packed_tar(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def packed_zip(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _digest_file(url: str, digests: Mapping[str, str]) -> str:
    if "/releases/tags/" in url:
        assets = [{"name": name, "digest": f"sha256:{digest}"} for name, digest in digests.items()]
        return json.dumps({"assets": assets})
    if url.endswith(".sha256"):
        return next(iter(digests.values()))
    return "".join(f"{digest}  {name}\n" for name, digest in digests.items())


def _write(root: Path, url: str, content: bytes) -> None:
    file = root / urlsplit(url).path.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


Fault = Callable[["Answering"], None]


@dataclass
class Upstream:
    """A server of the files below `root`.

    Attributes:
        faults: what is done in place of an answer, by the end of an address; each once, in order.
        asked: the path and the Range of every request.
    """

    root: Path
    port: int
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def hosts(self) -> Hosts:
        return hosts_at(f"http://127.0.0.1:{self.port}")

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    def fails(self, end: str, *faults: Fault) -> None:
        self.faults[end] = list(faults)

    def fault(self, path: str) -> Fault | None:
        for end, faults in self.faults.items():
            if path.endswith(end) and faults:
                return faults.pop(0) if len(faults) > 1 else faults[0]
        return None


class Answering(BaseHTTPRequestHandler):
    """One connection to an Upstream."""

    protocol_version = "HTTP/1.1"
    # Else the second part of an answer waits until the first one is acknowledged.
    disable_nagle_algorithm = True
    upstream: Upstream

    def do_GET(self) -> None:
        self.upstream.asked.append((self.path, self.headers.get("Range")))
        fault = self.upstream.fault(self.path)
        (fault or answer)(self)

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def file(self) -> bytes | None:
        file = self.upstream.root / self.path.lstrip("/")
        return file.read_bytes() if file.is_file() else None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: the output is the test's."""


def answer(request: Answering) -> None:
    """Answer as a release host: a range where the caller has the same version."""
    content = request.file()
    if content is None:
        missing(request)
        return
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    wanted = request.headers.get("Range")
    if wanted is None or request.headers.get("If-Range") != etag:
        request.send(200, content, ETag=etag)
        return
    first = int(wanted.removeprefix("bytes=").removesuffix("-"))
    if first >= len(content):
        request.send(416, b"")
        return
    span = f"bytes {first}-{len(content) - 1}/{len(content)}"
    request.send(206, content[first:], ETag=etag, Content_Range=span)


def missing(request: Answering) -> None:
    request.send(404, b"Not Found")


def busy(request: Answering) -> None:
    request.send(503, b"")


def login_page(request: Answering) -> None:
    request.send(200, b"<!DOCTYPE html><title>Log in</title>", Content_Type="text/html; charset=utf-8")


def unlabelled_page(request: Answering) -> None:
    request.send(200, b"\n<html><title>Log in</title></html>")


def silent(request: Answering) -> None:
    """Keep the connection and say nothing until the server is closed."""
    request.upstream.over.wait()
    request.close_connection = True


def whole(request: Answering) -> None:
    """Answer without a look at Range."""
    request.send(200, request.file() or b"", ETag='"1"')


def cut(at: int) -> Fault:
    """Break the connection after so many bytes."""

    def fault(request: Answering) -> None:
        content = request.file() or b""
        etag = f'"{hashlib.sha256(content).hexdigest()}"'
        request.send_response(200)
        request.send_header("Content-Length", str(len(content)))
        request.send_header("ETag", etag)
        request.end_headers()
        request.wfile.write(content[:at])
        request.close_connection = True

    return fault


def changed(content: bytes) -> Fault:
    return lambda request: request.send(200, content)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: a client that goes away is what some tests are about."""


@contextmanager
def serve(root: Path) -> Iterator[Upstream]:
    """Serve what is below `root` on a free port of 127.0.0.1."""
    handler = type("Handler", (Answering,), {})
    server = _Server(("127.0.0.1", 0), handler)
    upstream = Upstream(root, server.server_address[1])
    handler.upstream = upstream  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield upstream
    finally:
        upstream.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def main(built: Path, cache: Path) -> None:
    """Download a toolchain that was built, from releases that are packed from it."""
    platform = this_platform()
    with tempfile.TemporaryDirectory() as folder, serve(root := Path(folder)) as upstream:
        pack(built, root, [platform])
        pack_shared(root, _from_module_cache)
        settings = Settings(cache, Choice(Mode.DOWNLOAD, asks_hosts=True), platform, upstream.hosts)
        with open_display() as display, Making(settings, display) as making:
            making.wait()
            display.say(f"{settings.folder}: {summary(read_manifest(settings.folder))}")


def _from_module_cache(shared: Shared, path: str) -> bytes:
    return (module_folder("go", HERE / shared.go_mod, shared.module) / path).read_bytes()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
