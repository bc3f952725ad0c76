"""The lock file has all that pyproject.toml asks for: a merge can lose the packages of an extra."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WANTED = [
    Requirement(each) for each in (*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"])
]
LOCKED = set(re.findall(r"^([a-z0-9][a-z0-9.-]*)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))


@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_a_requirement_is_locked_with_what_its_extras_need(wanted: Requirement):
    needed = [Requirement(each) for each in requires(wanted.name) or ()]
    extras = [{"extra": extra} for extra in wanted.extras]
    more = {
        canonicalize_name(each.name)
        for each in needed
        if each.marker and any(each.marker.evaluate(extra) for extra in extras)
    }

    assert {canonicalize_name(wanted.name), *more} <= LOCKED
