"""The named files of an archive, and nothing else of it."""

from __future__ import annotations

import gzip
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .errors import WrongContent
from .releases import Kind

#: No program of the toolchain is near it; what is longer fills the disk on purpose or by accident.
LARGEST = 1024**3

_DAMAGED = (
    tarfile.TarError,
    gzip.BadGzipFile,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
)


def extract(archive: Path, kind: Kind, member: str, target: Path, largest: int = LARGEST) -> None:
    """Write one member of an archive to `target`; the names in the archive decide no path.

    Raises:
        WrongContent: it is not there, is no plain file, or is too large; or the archive is damaged.
    """
    if kind is Kind.PLAIN:
        shutil.copyfile(archive, target)
        return
    opened = _in_tar if kind is Kind.TAR else _in_zip
    try:
        with opened(archive, member, largest) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file)
    except _DAMAGED as error:
        raise WrongContent(f"{archive.name} is no whole {kind.value}: {error}") from error


@contextmanager
def _in_tar(archive: Path, member: str, largest: int) -> Iterator[IO[bytes]]:
    with tarfile.open(archive, "r:gz") as opened:
        for found in opened:
            if found.name.removeprefix("./") == member:
                _require(archive, member, found.isreg(), found.size, largest)
                # The name is looked up above and never joined to a path.
                source = opened.extractfile(found)
                if source is not None:
                    with source:
                        yield source
                    return
    raise WrongContent(f"{archive.name} has no {member}")


@contextmanager
def _in_zip(archive: Path, member: str, largest: int) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(archive) as opened:
        try:
            found = opened.getinfo(member)
        except KeyError:
            raise WrongContent(f"{archive.name} has no {member}") from None
        # The upper half of the attributes is the mode of a Unix file; zero where it was not kept.
        kind = found.external_attr >> 28
        _require(archive, member, not found.is_dir() and kind in (0, 8), found.file_size, largest)
        with opened.open(found) as source:
            yield source


def _require(archive: Path, member: str, plain: bool, size: int, largest: int) -> None:
    if not plain:
        raise WrongContent(f"{member} in {archive.name} is no plain file")
    if size > largest:
        raise WrongContent(f"{member} in {archive.name} has {size} bytes, more than {largest}")
