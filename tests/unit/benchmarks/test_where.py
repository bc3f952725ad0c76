"""Where the time of a command goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.errors import BenchError
from benchmarks.place import Shell
from benchmarks.where import Where, imports, profile


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell("n", "e", tmp_path, dict(os.environ))


def shares(found: Where) -> dict[str, float]:
    return {name: milliseconds for name, milliseconds, _ in found.shares}


@pytest.mark.parametrize("look", [imports, profile])
def test_a_command_is_divided_by_library(shell, look):
    found = look(shell, ["list", "--help"])

    assert {"click", "scaling_group", "standard library"} <= set(shares(found))
    assert found.total == pytest.approx(sum(shares(found).values()))
    assert list(shares(found).values()) == sorted(shares(found).values(), reverse=True)


@pytest.mark.parametrize("look", [imports, profile])
def test_a_command_that_fails_ends_the_bench(shell, look):
    with pytest.raises(BenchError, match="failed"):
        look(shell, ["version", "--no-such-flag"])
