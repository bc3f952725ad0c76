"""Modules that are loaded when they are used, each in a Python of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BEGIN = "import sys; from scaling_group.loading import load_when_used; "


def output(code: str, folder: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code], capture_output=True, text=True, check=True, cwd=folder
    )
    return done.stdout.split()


def package(folder: Path) -> Path:
    (folder / "a").mkdir()
    (folder / "a" / "__init__.py").write_text("from . import b\nimport a.c\n")
    (folder / "a" / "b.py").write_text("print('b')\nvalue = 1\n")
    (folder / "a" / "c.py").write_text("print('c')\n")
    return folder


def test_a_module_is_loaded_when_something_in_it_is_read(tmp_path: Path):
    code = "load_when_used('a.b', 'a.gone'); import a; print('used'); print(a.b.value); print(a.b.value)"
    assert output(code, package(tmp_path)) == ["c", "used", "b", "1", "1"]


def test_a_name_that_is_taken_out_of_a_module_is_a_use(tmp_path: Path):
    code = "load_when_used('a.b'); import a; print('used'); from a.b import value; print(value)"
    assert output(code, package(tmp_path)) == ["c", "used", "b", "1"]


def test_a_module_that_is_not_there_is_told_as_always(tmp_path: Path):
    code = """load_when_used('gone')
try:
    import gone
except ModuleNotFoundError as error:
    print(error)"""
    assert output(code, tmp_path) == ["No", "module", "named", "'gone'"]
