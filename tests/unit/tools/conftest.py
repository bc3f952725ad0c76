"""A `go` and module files for tests of the builder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.toolchain import build as toolchain

#: Answers its version, and builds what stands after -o.
GO = """#!/bin/sh
echo "$@" >> "{folder}/asked"
case "$1" in
env) echo "{version}" ;;
build)
  {before}
  while [ "$1" != "-o" ]; do shift; done
  echo binary > "$2" ;;
esac
"""


@pytest.fixture
def go(tmp_path, monkeypatch):
    """Put a `go` of a version on PATH; `before` runs in its builds."""
    folder = tmp_path / "path"
    folder.mkdir()

    def put(version: str = "go1.26.3", before: str = ":") -> str:
        file = folder / "go"
        file.write_text(GO.format(folder=folder, version=version, before=before))
        file.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        return str(file)

    return put


@pytest.fixture
def modules(tmp_path, monkeypatch) -> Path:
    """A folder with the module files of one program, in place of the repository's."""
    folder = tmp_path / "modules"
    (folder / "etcd").mkdir(parents=True)
    (folder / "etcd" / "go.mod").write_text("module etcd\n")
    (folder / "etcd" / "go.sum").write_text("sums\n")
    (folder / "etcd" / "main.go").write_text("package main\n")
    monkeypatch.setattr(toolchain, "HERE", folder)
    return folder


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
