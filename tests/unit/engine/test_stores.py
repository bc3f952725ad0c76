"""Stores of objects: which credentials they are opened with, and what is asked of them."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from scaling_group.engine.buckets import Bucket, open_bucket
from scaling_group.engine.state import UnknownFormat
from scaling_group.engine.store_stacks import StoreStacks
from scaling_group.engine.stores import open_store
from scaling_group.engine.tables import open_table
from scaling_group.errors import Unreachable

KEYS = {"AWS_ACCESS_KEY_ID": "ada", "AWS_SECRET_ACCESS_KEY": "lovelace", "AWS_REGION": "eu-west-1"}
AZURE = {"AZURE_STORAGE_ACCOUNT": "acme", "AZURE_STORAGE_KEY": "a2V5"}


class S3(ThreadingHTTPServer):
    """Answers lists, with a thousand keys in each page, reads and deletes; it takes every signature."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.refuses = False
        super().__init__(("127.0.0.1", 0), Answers)

    @property
    def url(self) -> str:
        return f"s3://state/a%20b?endpoint=http://127.0.0.1:{self.server_port}&s3ForcePathStyle=true"


class Answers(BaseHTTPRequestHandler):
    server: S3
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        key = unquote(parts.path).removeprefix("/state").removeprefix("/")
        self.server.asked.append(key or f"list {query['prefix']} after {query.get('start-after')}")
        if self.server.refuses:
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        elif key:
            found = self.server.objects.get(key)
            self._answer(200 if found is not None else 404, found or b"")
        else:
            self._answer(200, self._page(query).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        keys = re.findall("<Key>(.*?)</Key>", body)
        for key in keys:
            self.server.objects.pop(key, None)
        told = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        self._answer(200, f"<DeleteResult>{told}</DeleteResult>".encode())

    def _page(self, query: dict[str, str]) -> str:
        after = query.get("continuation-token") or query.get("start-after", "")
        keys = sorted(k for k in self.server.objects if k.startswith(query["prefix"]) and k > after)
        more = f"<NextContinuationToken>{keys[999]}</NextContinuationToken>" if len(keys) > 1000 else ""
        told = "".join(
            f"<Contents><Key>{key}</Key><LastModified>2026-01-02T03:04:05Z</LastModified><Size>1</Size>"
            "<ETag>x</ETag></Contents>"
            for key in keys[:1000]
        )
        return f"<ListBucketResult><IsTruncated>{bool(more)}</IsTruncated>{told}{more}</ListBucketResult>"

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        for name, value in (
            ("Content-Length", str(len(body))),
            ("Last-Modified", "Fri, 02 Jan 2026 03:04:05 GMT"),
            ("ETag", '"x"'),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        """Print nothing."""


@pytest.fixture
def server() -> Iterator[S3]:
    with S3() as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.shutdown()


def bucket(server: S3) -> Bucket:
    opened = open_bucket(server.url, KEYS)
    assert isinstance(opened, Bucket)
    return opened


def test_keys_begin_with_the_prefix_and_are_below_the_folder_of_the_url(server: S3):
    folder = "a b/.pulumi/stacks/"
    before, after = (f"aa.{n}" for n in range(1500)), (f"b.{n}" for n in range(3000))
    names = [*before, "abc.1", "abc.2", "abc.3", "abcd.1", *after]
    server.objects = dict.fromkeys([f"{folder}{name}" for name in names], b"1")

    keys = bucket(server).keys(".pulumi/stacks/abc.")

    assert keys == [f".pulumi/stacks/abc.{n}" for n in (1, 2, 3)]
    # Neither what comes before is listed, nor all that comes after; one page may be on its way.
    assert server.asked[0] == "list a b/.pulumi/stacks/ after a b/.pulumi/stacks/abc."
    assert len(server.asked) <= 2


def test_each_object_is_read_once_and_one_that_is_gone_is_left_out(server: S3):
    server.objects = {f"a b/{n}": str(n).encode() for n in range(40)}

    found = bucket(server).contents([*map(str, range(40)), "gone"])

    assert found == {str(n): str(n).encode() for n in range(40)}
    assert sorted(server.asked) == sorted([*(f"a b/{n}" for n in range(40)), "a b/gone"])


def test_an_object_is_deleted_and_may_be_gone_already(server: S3):
    server.objects = {"a b/lock": b""}

    for _ in range(2):
        bucket(server).delete("lock")

    assert server.objects == {}


def test_a_refusal_sends_the_question_to_the_cli_which_says_it_best(server: S3):
    server.refuses = True

    for ask in (lambda: bucket(server).keys("a/"), lambda: bucket(server).contents(["a"])):
        with pytest.raises(UnknownFormat):
            ask()


@pytest.mark.parametrize(
    ("url", "environ", "readable"),
    [
        ("s3://state", KEYS, True),
        ("s3://state?region=eu-west-1", {**KEYS, "AWS_REGION": ""}, True),
        ("s3://state", {**KEYS, "AWS_REGION": ""}, False),
        ("s3://state", {**KEYS, "AWS_SECRET_ACCESS_KEY": ""}, False),
        ("s3://state?accelerate=true", KEYS, False),
        ("s3://state?profile=other", KEYS, False),
        ("s3://state?awssdk=v2&kmskeyid=x", KEYS, True),
        ("azblob://state", AZURE, True),
        ("azblob://state?storage_account=acme", {"AZURE_STORAGE_KEY": "a2V5"}, False),
        ("azblob://state?storage_account=acme", {"AZURE_STORAGE_SAS_TOKEN": "sv=1&sig=x"}, True),
        ("azblob://state", {"AZURE_STORAGE_CONNECTION_STRING": "x", **AZURE}, False),
        ("gs://state", {"GOOGLE_APPLICATION_CREDENTIALS": "/nowhere"}, False),
    ],
)
def test_a_bucket_is_read_here_where_its_credentials_are_in_variables(url, environ, readable, tmp_path):
    nothing = {"AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none")}

    assert (open_bucket(url, {**nothing, **environ}) is not None) is readable


def test_the_keys_of_a_profile_are_taken_from_the_shared_file(server: S3, tmp_path: Path):
    file = tmp_path / "credentials"
    file.write_text(
        "[team]\naws_access_key_id = ada\naws_secret_access_key = lovelace\n[sso]\nsso_session = x\n"
    )
    shared = {"AWS_SHARED_CREDENTIALS_FILE": str(file), "AWS_REGION": "eu-west-1"}

    assert open_bucket(f"{server.url}&profile=team", shared)
    assert open_bucket(server.url, {**shared, "AWS_PROFILE": "team"})
    assert open_bucket(server.url, {**shared, "AWS_PROFILE": "sso"}) is None
    assert open_bucket(server.url, shared) is None
    file.write_text("no section")
    assert open_bucket(server.url, shared) is None


@pytest.mark.parametrize("url", ["https://api.pulumi.com", "file:///srv/state", "mem://"])
def test_other_backends_are_no_stores(url):
    assert open_store(url, {}) is None


def test_a_table_that_does_not_answer_says_so_without_its_password(tmp_path: Path):
    table = open_table(f"postgres://pulumi:s3cret-word@/state?host={tmp_path}&table=a.b")

    with pytest.raises(Unreachable) as caught:
        table.keys("x")
    told = f"{caught.value.message} {caught.value.detail} {caught.value.resolution}"
    assert "the state in postgres://***@/state?host=" in told
    assert str(tmp_path) in caught.value.detail
    assert "s3cret-word" not in told
    assert "\t" not in told
    # A group that lives is shown all the same.
    assert StoreStacks(table).peek("abc123.web") is None


def test_a_table_without_tls_is_told_nothing_unless_the_url_allows_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PGSSLMODE", raising=False)
    heard: list[bytes] = []

    def refuse_tls(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            heard.append(connection.recv(4096))
            connection.sendall(b"N")
            heard.append(connection.recv(4096))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        answering = threading.Thread(target=refuse_tls, args=(listening,))
        answering.start()
        table = open_table(f"postgres://pulumi:s3cret-word@127.0.0.1:{listening.getsockname()[1]}/state")
        with pytest.raises(Unreachable):
            table.keys("x")
        answering.join()

    request_for_tls, after_the_refusal = heard
    assert len(request_for_tls) == 8
    assert after_the_refusal == b""
