"""The download of the CLI, from a server that gives what a test puts there."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scaling_group.engine.download import Release, download, release
from scaling_group.errors import Unreachable

ARCHIVE = "pulumi-v3.272.0-linux-x64.tar.gz"
CHECKSUMS = "pulumi-3.272.0-checksums.txt"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Releases:
    """What is published, and where."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.wanted = Release("3.272.0", ARCHIVE, f"http://127.0.0.1:{port}")

    def publish(self, programs: dict[str, bytes], checksum: str = "", **links: str) -> None:
        with tarfile.open(self.folder / ARCHIVE, "w:gz") as archive:
            for name, content in programs.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
            for name, target in links.items():
                member = tarfile.TarInfo(f"pulumi/{name}")
                member.type, member.linkname = tarfile.SYMTYPE, target
                archive.addfile(member)
        digest = hashlib.sha256((self.folder / ARCHIVE).read_bytes()).hexdigest()
        lines = [f"{'0' * 64}  pulumi-v3.272.0-darwin-x64.tar.gz", f"{checksum or digest}  {ARCHIVE}"]
        (self.folder / CHECKSUMS).write_text("\n".join(lines))


@pytest.fixture
def releases(tmp_path: Path) -> Iterator[Releases]:
    folder = tmp_path / "published"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield Releases(folder, server.server_address[1])
        server.shutdown()


def refused(releases: Releases, folder: Path) -> Unreachable:
    with pytest.raises(Unreachable) as caught:
        download(releases.wanted, folder)
    assert not (folder / "bin").exists()
    assert list(folder.glob("*")) == []
    assert caught.value.resolution.startswith("Install Pulumi (https://www.pulumi.com/docs/install/)")
    return caught.value


def test_programs_are_put_where_they_are_looked_for_and_nothing_else(releases: Releases, tmp_path: Path):
    releases.publish({"pulumi/pulumi": b"cli", "./pulumi/pulumi-language-python": b"host", "README": b"x"})

    download(releases.wanted, tmp_path / "engine")

    files = {file.name: file.read_bytes() for file in (tmp_path / "engine" / "bin").iterdir()}
    assert files == {"pulumi": b"cli", "pulumi-language-python": b"host"}
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "engine" / "bin").iterdir()} == {0o755}
    assert [file.name for file in (tmp_path / "engine").iterdir()] == ["bin"]


def test_what_is_not_what_was_released_is_removed(releases: Releases, tmp_path: Path):
    releases.publish({"pulumi/pulumi": b"evil"}, checksum="ab" * 32)

    error = refused(releases, tmp_path / "engine")

    assert error.message == f"the download from {releases.wanted.url} does not match the release"
    assert "ab" * 32 in error.detail


@pytest.mark.parametrize("text", ["", "0123", f"{'0' * 64}  other.tar.gz", f"{'0' * 64}  x{ARCHIVE}", "\xff"])
def test_without_a_checksum_nothing_is_used(releases: Releases, tmp_path: Path, text: str):
    releases.publish({"pulumi/pulumi": b"cli"})
    (releases.folder / CHECKSUMS).write_text(text, encoding="latin-1")

    assert refused(releases, tmp_path / "engine").message == "the Pulumi CLI could not be downloaded"


@pytest.mark.parametrize("missing", [ARCHIVE, CHECKSUMS])
def test_a_file_that_is_not_there_is_a_sentence(releases: Releases, tmp_path: Path, missing: str):
    releases.publish({"pulumi/pulumi": b"cli"})
    (releases.folder / missing).unlink()

    assert "404" in refused(releases, tmp_path / "engine").detail


def test_an_address_where_nobody_is_is_a_sentence(tmp_path: Path):
    with pytest.raises(Unreachable, match="could not be downloaded"):
        download(Release("3.272.0", ARCHIVE, "http://127.0.0.1:1"), tmp_path)


@pytest.mark.parametrize("name", ["../../pulumi", "/etc/pulumi", "pulumi/../../pulumi", "pulumi/a/pulumi"])
def test_no_path_of_an_archive_is_followed(releases: Releases, tmp_path: Path, name: str):
    releases.publish({name: b"cli"})

    assert "there is no program in the archive" in refused(releases, tmp_path / "engine").detail


def test_a_link_in_an_archive_is_no_program(releases: Releases, tmp_path: Path):
    releases.publish({}, pulumi="/bin/sh")

    assert "there is no program in the archive" in refused(releases, tmp_path / "engine").detail


def test_the_release_is_that_of_the_sdk_for_this_machine():
    found = release()

    assert found.url.startswith(f"https://get.pulumi.com/releases/sdk/pulumi-v{found.version}-")
    assert str(found) == f"{found.version} from {found.url}"


def test_a_machine_without_a_release_is_told_how_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("platform.machine", lambda: "riscv64")

    with pytest.raises(Unreachable, match=r"the Pulumi CLI is not downloaded on \w+ riscv64"):
        release()
