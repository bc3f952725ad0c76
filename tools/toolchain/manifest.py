"""What a toolchain's folder has, and how each program came there."""

from __future__ import annotations

import enum
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from .files import finished_or_absent
from .folder import CLUSTER_COMPLETE, COMPLETE
from .pins import PROGRAMS, Part

FILE = "manifest.json"


class How(enum.Enum):
    """The two ways to a program."""

    BUILT = "built"
    DOWNLOADED = "downloaded"


@dataclass(frozen=True)
class Entry:
    """One program that is there: its version, its way, and its files below the folder."""

    version: str
    how: How
    files: tuple[str, ...]


def read_manifest(folder: Path) -> dict[str, Entry]:
    """Return the programs whose files are all there; none where nothing can be read."""
    try:
        written = json.loads((folder / FILE).read_text())
        entries = {name: _entry(fields) for name, fields in written.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return {
        name: entry
        for name, entry in entries.items()
        if all((folder / file).exists() for file in entry.files)
    }


def _entry(fields: Mapping[str, object]) -> Entry:
    files = fields["files"]
    if not isinstance(files, list):
        raise TypeError(files)
    return Entry(str(fields["version"]), How(fields["how"]), tuple(str(file) for file in files))


class Ledger:
    """The manifest while programs are added, from several threads."""

    def __init__(self, folder: Path, cluster_complete: Callable[[], None]) -> None:
        self._folder = folder
        self._entries = read_manifest(folder)
        self._lock = threading.Lock()
        self._cluster_complete = cluster_complete

    @property
    def entries(self) -> Mapping[str, Entry]:
        return self._entries

    def add(self, added: Mapping[str, Entry]) -> None:
        """Write down programs whose files are in place, and the marks that they complete."""
        with self._lock:
            before = self._files()
            self._entries = {**self._entries, **added}
            written = {name: _fields(entry) for name, entry in sorted(self._entries.items())}
            with finished_or_absent(self._folder / FILE) as unfinished:
                unfinished.write_text(json.dumps(written, indent=2) + "\n")
            self.mark()
            for left in before - self._files():
                (self._folder / left).unlink(missing_ok=True)

    def mark(self) -> None:
        """Set the marks of what is complete."""
        if self._has(program.name for program in PROGRAMS if program.part is Part.CLUSTER):
            (self._folder / CLUSTER_COMPLETE).touch()
            self._cluster_complete()
        if self._has(program.name for program in PROGRAMS):
            (self._folder / COMPLETE).touch()

    def _files(self) -> set[str]:
        return {file for entry in self._entries.values() for file in entry.files}

    def _has(self, names: Iterable[str]) -> bool:
        return all(name in self._entries for name in names)


def _fields(entry: Entry) -> dict[str, object]:
    return {**asdict(entry), "how": entry.how.value}


def summary(entries: Mapping[str, Entry]) -> str:
    """Say in a line how many programs came which way."""
    counts = [(sum(entry.how is how for entry in entries.values()), how.value) for how in How]
    told = ", ".join(f"{count} {word}" for count, word in counts if count)
    missing = len(PROGRAMS) - len(entries)
    if missing:
        told += f"{', ' if told else ''}{missing} missing"
    return told
