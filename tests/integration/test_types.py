"""What type checkers see of the component in a user's program."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.terminal import ROOT

FOLDER = ROOT / "tests" / "typing"
BIN = Path(sys.executable).parent
CHECKERS = {
    # The project's own settings would hide what a user sees. To read the SDKs takes most of its time; the
    # next run finds what this one has read.
    "mypy": [
        *(str(BIN / "mypy"), "--strict", "--config-file=", "--no-error-summary"),
        f"--cache-dir={ROOT / '.mypy_cache' / 'programs'}",
    ],
    "basedpyright": [str(BIN / "basedpyright"), "--level", "error", "--pythonpath", sys.executable],
}


@pytest.fixture(scope="module", params=CHECKERS)
def found(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> subprocess.CompletedProcess[str]:
    """What a checker says of both programs: reading the SDKs takes most of its time."""
    # A folder of its own, so that the checker finds the installed package and no settings file.
    folder = tmp_path_factory.mktemp("typing")
    programs = [shutil.copy(FOLDER / name, folder) for name in ("right.py", "wrong.py")]
    command = [*CHECKERS[request.param], *map(str, programs)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_right_program_is_clean(found: subprocess.CompletedProcess[str]) -> None:
    named = {Path(file).name for file in re.findall(r"(\S+\.pyi?):\d+", found.stdout)}
    assert named == {"wrong.py"}, found.stdout


def test_each_mistake_is_found(found: subprocess.CompletedProcess[str]) -> None:
    assert found.returncode != 0
    for line in (7, 8, 9, 10, 11):
        assert f"wrong.py:{line}" in found.stdout
