"""What stands in for Go, its modules, and the programs of the toolchain."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tools.toolchain import shared
from tools.toolchain.folder import HERE
from tools.toolchain.recipes import BUILDS, COPIES, REPLACED

#: Longer than one read of a connection, so that a cut is in the middle.
LONG_FILE = 300_000

#: Answers its version; has each module in a folder of its name; builds what stands after `-o DIR/`.
GO = """#!/bin/sh
echo "$@" >> "{folder}/asked"
case "$1" in
env) echo "{version}" ;;
mod) echo "{{\\"Dir\\": \\"{modules}/$4\\"}}" ;;
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


def put_go(folder: Path, modules: Path, version: str = "go1.26.6", before: str = ":", each: str = ":") -> str:
    """Write a `go` of a version into a folder, and return it; `modules` is its module cache.

    `before` runs in its builds, and `each` before each $package of them.
    """
    folder.mkdir(exist_ok=True)
    file = folder / "go"
    file.write_text(GO.format(folder=folder, modules=modules, version=version, before=before, each=each))
    file.chmod(0o755)
    return str(file)


def fill_modules(modules: Path) -> None:
    """Make a module cache: of each module that is read, what is read of it."""
    for copy in COPIES:
        _write(modules / copy.module / copy.source, b"a script\n")
    for one in shared.SHARED:
        for path in shared.parts(one):
            _write(modules / one.module / path, part(one, path))
    for trim in (trim for build in BUILDS for trim in build.trims):
        _write(modules / trim.module / "go.mod", b"module stand-in\n")
        for name in trim.emptied:
            _write(modules / trim.module / name / "package.go", b"package left\n")
        ours = HERE / REPLACED / trim.module
        for path in (path for path in ours.rglob("*") if path.is_file()):
            _write(modules / trim.module / path.relative_to(ours), b"package\n")


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


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
