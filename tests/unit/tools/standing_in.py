"""What stands in for Go, its modules, and the programs of the toolchain."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tools.toolchain import shared
from tools.toolchain.folder import HERE
from tools.toolchain.recipes import BUILDS, COPIES, REPLACED

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
    {each}
    case "$package" in
    .) name=$(basename "$PWD") ;;
    */v[0-9]) name=$(basename "$(dirname "$package")") ;;
    *) name=$(basename "$package") ;;
    esac
    echo "built $name" > "$made$name"
  done ;;
esac
"""


def put_go(folder: Path, version: str = "go1.26.6", before: str = ":", each: str = ":") -> str:
    """Write a `go` of a version into a folder, and return it.

    `before` runs in its builds, and `each` before each $package of them.
    """
    _fill_module(folder / "module")
    file = folder / "go"
    file.write_text(GO.format(folder=folder, version=version, before=before, each=each))
    file.chmod(0o755)
    return str(file)


def _fill_module(module: Path) -> None:
    """Make the one folder that has the files of every module."""
    files = {copy.source: b"a script\n" for copy in COPIES}
    files |= {path: part(one, path) for one in shared.SHARED for path in shared.parts(one)}
    trims = [trim for build in BUILDS for trim in build.trims]
    files |= {f"{name}/package.go": b"package left\n" for trim in trims for name in trim.emptied}
    for ours in (HERE / REPLACED / trim.module for trim in trims):
        files |= {str(path.relative_to(ours)): b"package\n" for path in ours.rglob("*") if path.is_file()}
    files["go.mod"] = b"module stand-in\n"
    for path, content in files.items():
        (module / path).parent.mkdir(parents=True, exist_ok=True)
        (module / path).write_bytes(content)


def part(_shared: shared.Shared, path: str) -> bytes:
    """Return the stand-in for a part of a shared file."""
    return f"\nname: {path}\n".encode()


def stand_in_digests(folder: Path) -> Path:
    """Write the digests of the stand-ins, under the names of the real files."""
    lines = [
        f"{hashlib.sha256(part(one, path)).hexdigest()}  {one.module}/{path}\n"
        for one in shared.SHARED
        for path in shared.parts(one)
    ]
    file = folder / "share.sha256"
    file.write_text("".join(lines))
    return file


def stand_in(file: Path) -> None:
    """Write something in place of a program."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(hashlib.shake_128(file.name.encode()).digest(LONG_FILE))
