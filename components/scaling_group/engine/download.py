"""The Pulumi CLI, fetched from its own address and used only where it is what was released."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import tarfile
import tempfile
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from importlib.metadata import version
from pathlib import Path
from typing import IO

from scaling_group.engine.acquisition import HOW_TO_INSTALL
from scaling_group.engine.folders import make_folder
from scaling_group.errors import Unreachable

RELEASES = "https://get.pulumi.com/releases/sdk"
SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
#: Seconds without a byte after which nobody is taken to answer.
SILENCE = 30
#: Bytes of a file of checksums at most, and of an archive.
LARGEST_LIST, LARGEST_ARCHIVE = 2**20, 2**30
#: In the archive every program is in this folder.
INSIDE = "pulumi"


@dataclass(frozen=True)
class Release:
    """One archive of a release, and the file with its checksum. version: that of the installed SDK."""

    version: str
    archive: str
    base: str = RELEASES

    @property
    def url(self) -> str:
        return f"{self.base}/{self.archive}"

    @property
    def checksums(self) -> str:
        return f"{self.base}/pulumi-{self.version}-checksums.txt"

    def __str__(self) -> str:
        return f"{self.version} from {self.url}"


def release(base: str = RELEASES) -> Release:
    """Return the release that fits the SDK and this machine; raises Unreachable where there is none."""
    system, machine = SYSTEMS.get(platform.system()), MACHINES.get(platform.machine().lower())
    if not system or not machine:
        raise Unreachable(
            f"the Pulumi CLI is not downloaded on {platform.system()} {platform.machine()}",
            resolution=HOW_TO_INSTALL,
        )
    wanted = version("pulumi")
    return Release(wanted, f"pulumi-v{wanted}-{system}-{machine}.tar.gz", base)


def download(wanted: Release, folder: Path) -> None:
    """Put the programs of a release into `bin` of a folder.

    Raises Unreachable where it cannot be had, or does not match the release; nothing is changed then.
    """
    try:
        make_folder(folder)
        with tempfile.TemporaryDirectory(dir=folder, prefix="download-") as scratch:
            archive = Path(scratch) / wanted.archive
            digest = _fetch(wanted, archive)
            expected = _expected(wanted)
            if digest != expected:
                raise Unreachable(
                    f"the download from {wanted.url} does not match the release",
                    detail=f"Its SHA-256 is {digest}, and that of the release {expected}. It was removed.",
                    resolution=HOW_TO_INSTALL,
                )
            _unpack(archive, Path(scratch), folder / "bin")
    except (OSError, HTTPException, ValueError, tarfile.TarError) as error:
        raise Unreachable(
            "the Pulumi CLI could not be downloaded",
            detail=f"{wanted.url}: {error or type(error).__name__}",
            resolution=HOW_TO_INSTALL,
        ) from None


def _fetch(wanted: Release, file: Path) -> str:
    """Write the archive into a file and return its SHA-256."""
    digest, size = hashlib.sha256(), 0
    with _open(wanted.url) as answer, file.open("wb") as handle:
        while chunk := answer.read(2**20):
            size += len(chunk)
            if size > LARGEST_ARCHIVE:
                raise ValueError(f"it has more than {LARGEST_ARCHIVE} bytes")
            digest.update(chunk)
            handle.write(chunk)
    return digest.hexdigest()


def _expected(wanted: Release) -> str:
    """Return the checksum as it was published: lines of `digest  name`."""
    with _open(wanted.checksums) as answer:
        lines = answer.read(LARGEST_LIST).decode().splitlines()
    pairs = (line.split() for line in lines)
    found = [pair[0].lower() for pair in pairs if len(pair) == 2 and pair[1].lstrip("*") == wanted.archive]
    if len(found) != 1:
        raise ValueError(f"{wanted.checksums} has no checksum of it")
    return found[0]


def _open(url: str) -> IO[bytes]:
    answer = urllib.request.urlopen(url, timeout=SILENCE)  # noqa: S310 - a constant, or a test's own
    if url.startswith("https:") and not answer.url.startswith("https:"):
        answer.close()
        raise ValueError(f"{url} leads to {answer.url}, which is not encrypted")
    opened: IO[bytes] = answer
    return opened


def _unpack(archive: Path, scratch: Path, target: Path) -> None:
    """Take the programs alone, by their names: no path of an archive is followed."""
    names = []
    with tarfile.open(archive) as opened:
        for member in opened:
            parent, _, name = member.name.removeprefix("./").partition("/")
            content = opened.extractfile(member) if member.isfile() else None
            if parent == INSIDE and name and "/" not in name and content:
                with (scratch / name).open("wb") as handle:
                    shutil.copyfileobj(content, handle)
                (scratch / name).chmod(0o755)
                names.append(name)
    if "pulumi" not in names:
        raise ValueError("there is no program in the archive")
    make_folder(target)
    # The one that is looked for comes last: where it is, everything is.
    for name in sorted(names, key=lambda name: name == "pulumi"):
        os.replace(scratch / name, target / name)
