"""A `go`, a toolchain of stand-ins, and release hosts for tests of the toolchain."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.unit.tools.standing_in import fill_modules, part, put_go, stand_in, stand_in_digests
from tests.unit.tools.upstream import Upstream, pack, pack_shared, serve
from tools.toolchain import shared
from tools.toolchain.choosing import Choice, Mode
from tools.toolchain.display import Task
from tools.toolchain.downloading import Limits
from tools.toolchain.making import Settings
from tools.toolchain.platforms import Platform
from tools.toolchain.releases import Hosts, releases_for

LINUX = Platform("linux", "amd64")
MACOS = Platform("darwin", "arm64")
#: Nothing here is ever waited for that long.
PATIENT = Limits(probe=60.0, connect=60.0, read=60.0, attempts=3, pause=0.0)
#: For servers that never answer: what a test waits.
SHORT = dataclasses.replace(PATIENT, probe=0.3, read=0.3)


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


@pytest.fixture(scope="session")
def modules(tmp_path_factory) -> Path:
    """A cache of Go modules; nothing that is built writes there."""
    folder = tmp_path_factory.mktemp("modules")
    fill_modules(folder)
    return folder


@pytest.fixture
def go(tmp_path, monkeypatch, modules):
    """Put a `go` on PATH; see put_go."""
    folder = tmp_path / "path"
    monkeypatch.setattr(shared, "DIGESTS", stand_in_digests(tmp_path))

    def put(version: str = "go1.26.6", before: str = ":", each: str = ":") -> str:
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        return put_go(folder, modules, version, before, each)

    return put


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
    monkeypatch.setattr(shared, "DIGESTS", stand_in_digests(tmp_path))
    with serve(packed) as served:
        yield served


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
