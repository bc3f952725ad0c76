"""What type checkers see of the component in a user's program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.terminal import ROOT

FOLDER = ROOT / "tests" / "typing"
BIN = Path(sys.executable).parent
CHECKERS = {
    # The project's own settings would hide what a user sees.
    "mypy": [str(BIN / "mypy"), "--strict", "--config-file=", "--no-error-summary"],
    "basedpyright": [str(BIN / "basedpyright"), "--level", "error", "--pythonpath", sys.executable],
}


def check(checker: str, name: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    # A folder of its own, so that the checker finds the installed package and no settings file.
    program = tmp_path / name
    program.write_text((FOLDER / name).read_text())
    return subprocess.run(
        [*CHECKERS[checker], str(program)], cwd=tmp_path, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_right_program_is_clean(checker: str, tmp_path: Path) -> None:
    done = check(checker, "right.py", tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("checker", CHECKERS)
def test_each_mistake_is_found(checker: str, tmp_path: Path) -> None:
    done = check(checker, "wrong.py", tmp_path)
    assert done.returncode != 0
    for line in (7, 8, 9):
        assert f"wrong.py:{line}" in done.stdout
