"""What holds for the whole package."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from scaling_group.errors import ExitCode

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "components" / "scaling_group").rglob("*.py"))
#: Nobody reads what `make docs` writes from the models.
WRITTEN = "Written by `make docs`"
LONGEST = 300


def test_the_package_is_found():
    assert len(MODULES) > 40


def test_every_file_stays_below_the_limit():
    by_hand = {file: text for file in MODULES if WRITTEN not in (text := file.read_text(encoding="utf-8"))}
    lengths = {file: len(text.splitlines()) for file, text in by_hand.items()}

    assert len(MODULES) - len(by_hand) == 2
    assert {file: length for file, length in lengths.items() if length >= LONGEST} == {}


def test_every_module_says_what_it_is():
    silent = [file for file in MODULES if not file.read_text(encoding="utf-8").startswith('"""')]

    assert silent == []


#: Bandit's rules, which are the linter's S rules.
EXCEPTION = re.compile(r"# noqa: [A-Z0-9, ]*\bS\d+.*")
FOLDERS = ("benchmarks", "components", "policies", "programs", "tests", "tools")


def test_every_exception_to_a_security_rule_gives_its_reason():
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py") if "venv" not in file.parts]
    found = [each for file in files for each in EXCEPTION.findall(file.read_text(encoding="utf-8"))]

    assert found
    assert [each for each in found if not re.search(r"S\d+ - \w", each)] == []


def test_exit_codes_are_unique():
    codes = [code.value for code in ExitCode.__members__.values()]

    assert len(codes) == len(set(codes))


def test_imports_keep_their_contracts():
    command = str(Path(sys.executable).with_name("lint-imports"))
    finished = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, check=False)

    assert finished.returncode == 0, finished.stdout
    assert " 0 broken" in finished.stdout
