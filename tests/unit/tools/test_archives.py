"""Exactly the named files of an archive, and no path of its choice."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest

from tests.unit.tools.upstream import packed_tar, packed_zip
from tools.toolchain.archives import extract
from tools.toolchain.errors import WrongContent
from tools.toolchain.releases import Kind

PACKED = {Kind.TAR: packed_tar, Kind.ZIP: packed_zip}
both = pytest.mark.parametrize("kind", list(PACKED))


@pytest.fixture
def archive(tmp_path):
    def make(kind: Kind, files: dict[str, bytes]):
        file = tmp_path / f"archive.{kind.value}"
        file.write_bytes(PACKED[kind](files))
        return file

    return make


@both
def test_one_member_is_written_and_nothing_else(archive, kind, tmp_path, files_below):
    out = tmp_path / "out"
    out.mkdir()
    file = archive(kind, {"a/program": b"it", "a/other": b"not it", "../../outside": b"never"})

    extract(file, kind, "a/program", out / "program")

    assert (out / "program").read_bytes() == b"it"
    assert files_below(tmp_path) == [file.name, "out", "out/program"]


def test_a_plain_file_is_its_own_member(tmp_path):
    (tmp_path / "kubectl").write_bytes(b"it")
    extract(tmp_path / "kubectl", Kind.PLAIN, "", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"it"


def test_names_with_a_dot_before_them_are_the_same(archive, tmp_path):
    extract(archive(Kind.TAR, {"./program": b"it"}), Kind.TAR, "program", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"it"


@both
def test_a_missing_member_is_named(archive, kind, tmp_path):
    with pytest.raises(WrongContent, match=r"archive\..* has no program"):
        extract(archive(kind, {"other": b""}), kind, "program", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_a_link_in_place_of_a_program_is_refused(tmp_path, kind):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as opened:
        entry = tarfile.TarInfo("program")
        entry.type, entry.linkname = kind, "/etc/passwd"
        opened.addfile(entry)
    (tmp_path / "archive").write_bytes(packed.getvalue())

    with pytest.raises(WrongContent, match="program in archive is no plain file"):
        extract(tmp_path / "archive", Kind.TAR, "program", tmp_path / "out")


def test_a_link_in_a_zip_is_refused(tmp_path):
    entry = zipfile.ZipInfo("program")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "archive", "w") as opened:
        opened.writestr(entry, "/etc/passwd")

    with pytest.raises(WrongContent, match="program in archive is no plain file"):
        extract(tmp_path / "archive", Kind.ZIP, "program", tmp_path / "out")


@both
def test_a_member_that_would_fill_the_disk_is_refused(archive, kind, tmp_path):
    with pytest.raises(WrongContent, match="has 2000 bytes, more than 1000"):
        extract(archive(kind, {"program": b"0" * 2000}), kind, "program", tmp_path / "out", largest=1000)


@both
@pytest.mark.parametrize("keep", [0, 10, 200])
def test_a_damaged_archive_is_an_error(archive, kind, tmp_path, keep):
    file = archive(kind, {"program": bytes(range(256)) * 50})
    file.write_bytes(file.read_bytes()[:keep])

    with pytest.raises(WrongContent):
        extract(file, kind, "program", tmp_path / "out")
