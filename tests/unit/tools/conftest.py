"""A `go`, a toolchain of stand-ins, and release hosts for tests of the toolchain."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.unit.tools.upstream import Upstream, pack, pack_shared, serve
from tools.toolchain import shared
from tools.toolchain.choosing import Choice, Mode
from tools.toolchain.display import Task
from tools.toolchain.downloading import Limits
from tools.toolchain.making import Settings
from tools.toolchain.platforms import Platform
from tools.toolchain.recipes import COPIES
from tools.toolchain.releases import Hosts, releases_for

LINUX = Platform("linux", "amd64")
MACOS = Platform("darwin", "arm64")
#: Nothing here is ever waited for that long.
PATIENT = Limits(probe=60.0, connect=60.0, read=60.0, attempts=3, pause=0.0)
#: For servers that never answer: what a test waits.
SHORT = dataclasses.replace(PATIENT, probe=0.3, read=0.3)
#: Longer than one read of a connection, so that a cut is in the middle.
LONG_FILE = 300_000

#: Answers its version; has every module in one folder; builds what stands after `-o DIR/`.
GO = """#!/bin/sh
echo "$@" >> "{folder}/asked"
case "$1" in
env) echo "{version}" ;;
mod) echo '{{"Dir": "{folder}/module"}}' ;;
build)
  {before}
  while [ "$1" != "-o" ]; do shift; done
  made="$2"
  shift 2
  for package in "$@"; do
    case "$package" in
    .) name=$(basename "$PWD") ;;
    */v[0-9]) name=$(basename "$(dirname "$package")") ;;
    *) name=$(basename "$package") ;;
    esac
    echo "built $name" > "$made$name"
  done ;;
esac
"""


@dataclass
class Recorded:
    """A display whose lines can be read."""

    lines: list[str] = field(default_factory=list)
    shown: list[tuple[float, float | None, str]] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.lines.append(text)

    def begin(self, label: str, expected: str = "") -> Task:
        self.lines.append(f"{label} …")
        return self

    def show(self, done: float, total: float | None, detail: str) -> None:
        self.shown.append((done, total, detail))

    def end(self, outcome: str) -> None:
        self.lines.append(outcome)

    def __contains__(self, part: str) -> bool:
        return any(part in line for line in self.lines)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    """Nothing of the caller's: no proxy stands before 127.0.0.1, and nothing chooses a way."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("CI", "TOOLCHAIN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def go(tmp_path, monkeypatch):
    """Put a `go` of a version on PATH; `before` runs in its builds."""
    folder = tmp_path / "path"
    folder.mkdir()
    _fill_module(folder / "module")
    monkeypatch.setattr(shared, "DIGESTS", _stand_in_digests(tmp_path))

    def put(version: str = "go1.26.6", before: str = ":") -> str:
        file = folder / "go"
        file.write_text(GO.format(folder=folder, version=version, before=before))
        file.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        return str(file)

    return put


def _fill_module(module: Path) -> None:
    """Make the one folder that has the files of every module."""
    files = {copy.source: b"a script\n" for copy in COPIES}
    files |= {path: part(one, path) for one in shared.SHARED for path in shared.parts(one)}
    files["go.mod"] = b"module stand-in\n"
    for path, content in files.items():
        (module / path).parent.mkdir(parents=True, exist_ok=True)
        (module / path).write_bytes(content)


def part(_shared: shared.Shared, path: str) -> bytes:
    """Return the stand-in for a part of a shared file."""
    return f"\nname: {path}\n".encode()


def _stand_in_digests(folder: Path) -> Path:
    """Write the digests of the stand-ins, under the names of the real files."""
    lines = [
        f"{hashlib.sha256(part(one, path)).hexdigest()}  {one.module}/{path}\n"
        for one in shared.SHARED
        for path in shared.parts(one)
    ]
    file = folder / "share.sha256"
    file.write_text("".join(lines))
    return file


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory) -> Path:
    """A toolchain's folder with something in place of each program."""
    folder = tmp_path_factory.mktemp("stand-ins")
    for release in releases_for(LINUX, Hosts()):
        for member in release.members:
            stand_in(folder / member.target)
    return folder


@pytest.fixture(scope="session")
def packed(stand_ins, tmp_path_factory) -> Path:
    """The files of release hosts for Linux and macOS; no test changes them."""
    root = tmp_path_factory.mktemp("upstream")
    pack(stand_ins, root, (LINUX, MACOS))
    pack_shared(root, part)
    return root


@pytest.fixture
def upstream(packed, tmp_path, monkeypatch) -> Iterator[Upstream]:
    """Release hosts with stand-ins for every program."""
    monkeypatch.setattr(shared, "DIGESTS", _stand_in_digests(tmp_path))
    with serve(packed) as served:
        yield served


def stand_in(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(hashlib.shake_128(file.name.encode()).digest(LONG_FILE))


@pytest.fixture
def settings(tmp_path) -> Callable[..., Settings]:
    """Return settings of a cache of their own."""

    def make(
        mode: Mode, hosts: Hosts, platform: Platform = LINUX, limits: Limits = PATIENT, ci: bool = False
    ) -> Settings:
        asks = mode is not Mode.BUILD and not ci
        return Settings(tmp_path / "cache", Choice(mode, asks_hosts=asks), platform, hosts, limits)

    return make


@pytest.fixture
def display() -> Recorded:
    return Recorded()


@pytest.fixture
def asked() -> Callable[[str], list[str]]:
    """Tell what a `go` was asked to do."""

    def read(go: str) -> list[str]:
        file = Path(go).parent / "asked"
        return file.read_text().splitlines() if file.exists() else []

    return read


@pytest.fixture
def files_below() -> Callable[[Path], list[str]]:
    """Tell what is below a folder, by relative path."""
    return lambda folder: sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
