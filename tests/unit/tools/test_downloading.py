"""One file from one address: whole, resumed, or an error that says what to do."""

from __future__ import annotations

import errno
import hashlib
import os
import socket
import threading

import pytest

from tests.unit.tools.conftest import PATIENT, SHORT
from tests.unit.tools.upstream import (
    answer,
    busy,
    cut,
    login_page,
    serve,
    silent,
    unlabelled_page,
    whole,
)
from tools.toolchain.downloading import Downloader, Source, open_client
from tools.toolchain.errors import Stopped, Unavailable, WrongContent

CONTENT = hashlib.shake_128(b"content").digest(900_000)
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def host(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    (root / "file").write_bytes(CONTENT)
    with serve(root) as served:
        yield served


@pytest.fixture
def stop():
    return threading.Event()


@pytest.fixture
def downloader(tmp_path, stop):
    with open_client(PATIENT) as client:
        yield Downloader(client, tmp_path / "partial", PATIENT, stop)


@pytest.fixture
def fetch(downloader, host, tmp_path, display):
    def call(digest: str = DIGEST, url: str = "") -> bytes:
        target = tmp_path / "target"
        downloader.fetch(Source("file", url or host.url("file"), digest), target, display)
        return target.read_bytes()

    return call


def ranges(host) -> list[str | None]:
    return [asked for _, asked in host.asked]


def test_a_file_with_the_right_digest_is_there_and_nothing_else_is(fetch, tmp_path, files_below, display):
    assert fetch() == CONTENT
    assert files_below(tmp_path / "partial") == []
    done, total, detail = display.shown[-1]
    assert (done, total) == (len(CONTENT), len(CONTENT))
    assert detail.startswith("900.0 kB/900.0 kB")


def test_a_wrong_digest_is_an_error_and_leaves_nothing(fetch, tmp_path, files_below):
    with pytest.raises(WrongContent, match=f"{DIGEST}, and {'0' * 64} was released. It was removed"):
        fetch(digest="0" * 64)
    assert not (tmp_path / "target").exists()
    assert files_below(tmp_path / "partial") == []


def test_a_connection_that_breaks_is_resumed_where_it_broke(fetch, host):
    host.fails("file", cut(400_000), answer)
    assert fetch() == CONTENT
    assert ranges(host) == [None, "bytes=400000-"]


def test_a_killed_download_is_resumed_by_the_next_run(fetch, host, tmp_path):
    host.fails("file", cut(300_000))
    with pytest.raises(Unavailable, match="failed 3 times"):
        fetch()
    host.faults.clear()
    host.asked.clear()

    assert fetch() == CONTENT
    assert ranges(host) == ["bytes=300000-"]


def test_what_came_whole_before_the_kill_is_not_asked_for_again(fetch, host, tmp_path):
    host.fails("file", cut(300_000))
    with pytest.raises(Unavailable):
        fetch()
    [partial] = [file for file in (tmp_path / "partial").iterdir() if not file.suffix]
    partial.write_bytes(CONTENT)
    host.asked.clear()

    assert fetch() == CONTENT
    assert host.asked == []


def test_a_file_that_changed_meanwhile_is_taken_from_its_start(fetch, host):
    host.fails("file", cut(300_000))
    with pytest.raises(Unavailable):
        fetch()
    host.faults.clear()
    changed_content = CONTENT[::-1]
    (host.root / "file").write_bytes(changed_content)

    assert fetch(digest=hashlib.sha256(changed_content).hexdigest()) == changed_content


def test_a_server_that_ignores_ranges_restarts_cleanly(fetch, host):
    host.fails("file", cut(300_000), whole)
    assert fetch() == CONTENT
    assert ranges(host) == [None, "bytes=300000-"]


def test_a_server_without_a_validator_is_asked_for_all_of_it(fetch, host):
    host.fails("file", cut_without_validator, whole)
    assert fetch() == CONTENT
    assert ranges(host) == [None, None]


def cut_without_validator(request) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(len(CONTENT)))
    request.end_headers()
    request.wfile.write(CONTENT[:1000])
    request.close_connection = True


def test_more_than_the_server_has_is_forgotten(fetch, host, tmp_path):
    host.fails("file", cut(300_000))
    with pytest.raises(Unavailable):
        fetch()
    host.faults.clear()
    [partial] = [file for file in (tmp_path / "partial").iterdir() if not file.suffix]
    partial.write_bytes(CONTENT + b"more")

    assert fetch() == CONTENT


def test_a_busy_server_is_asked_again(fetch, host):
    host.fails("file", busy, whole)
    assert fetch() == CONTENT


def test_a_server_that_stays_busy_is_unavailable(fetch, host):
    host.fails("file", busy)
    with pytest.raises(Unavailable, match="failed 3 times: it answers 503"):
        fetch()


def test_what_is_not_there_is_named(fetch, host):
    with pytest.raises(Unavailable, match=r"/nothing answers 404 Not Found$"):
        fetch(url=host.url("nothing"))


@pytest.mark.parametrize("page", [login_page, unlabelled_page])
def test_a_login_page_is_told_from_a_file(fetch, host, page, tmp_path):
    host.fails("file", page)
    with pytest.raises(Unavailable, match="a web page in place of the file, as the login page of a proxy"):
        fetch()
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("page", [login_page, unlabelled_page])
def test_a_login_page_is_told_from_a_file_of_checksums(downloader, host, page):
    host.fails("file", page)
    with pytest.raises(Unavailable, match="a web page in place of the file"):
        downloader.content(host.url("file"))


def test_a_server_that_never_answers_is_unavailable_at_once(host, tmp_path, stop, display):
    host.fails("file", silent)
    with open_client(SHORT) as client:
        downloader = Downloader(client, tmp_path / "partial", SHORT, stop)
        source = Source("file", host.url("file"), DIGEST)
        with pytest.raises(Unavailable, match="no answer in time"):
            downloader.fetch(source, tmp_path / "target", display)
    assert len(host.asked) == 1


def test_a_port_where_nobody_listens_is_unavailable(fetch, downloader):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/file"
        with pytest.raises(Unavailable, match="does not answer"):
            fetch(url=url)
        with pytest.raises(Unavailable, match="does not answer"):
            downloader.content(url)


def test_a_stop_in_the_middle_leaves_what_came_for_the_next_run(fetch, host, stop, display, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(display, "show", lambda *_: stop.set())
        with pytest.raises(Stopped):
            fetch()
    stop.clear()
    host.asked.clear()

    assert fetch() == CONTENT
    [asked] = ranges(host)
    assert asked is not None


def test_something_short_is_asked_for_again_where_its_connection_broke(downloader, host):
    host.fails("file", cut(1000), busy, answer)
    assert downloader.content(host.url("file")) == CONTENT
    assert len(host.asked) == 3


def test_a_text_without_an_end_is_not_read_to_the_end(downloader, host, monkeypatch):
    monkeypatch.setattr("tools.toolchain.downloading.LONGEST_TEXT", 1000)
    with pytest.raises(Unavailable, match="is longer than 1000 bytes"):
        downloader.content(host.url("file"))


def test_a_full_disk_is_an_error_of_the_system_and_the_next_run_goes_on(fetch, host, display, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(display, "show", full)
        with pytest.raises(OSError, match="No space left"):
            fetch()
    host.asked.clear()

    assert fetch() == CONTENT
    [asked] = ranges(host)
    assert asked is not None
