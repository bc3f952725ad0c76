"""Every cause that is known: what the catalogue says of it holds for what is told."""

from __future__ import annotations

import pytest

from scaling_group.operations.diagnose import diagnose_recorded
from scaling_group.rollout.causes.catalogue import CATALOGUE, EVIDENCE, FAMILIES
from scaling_group.rollout.finding import Cause
from tests.unit.rollout.test_subsets import RECORDINGS

BY_NAME = {cause.category: cause for cause in CATALOGUE}


def test_an_identifier_is_of_one_cause() -> None:
    assert len(BY_NAME) == len(CATALOGUE)
    assert sorted(EVIDENCE) == sorted(FAMILIES)


@pytest.mark.parametrize("cause", CATALOGUE, ids=lambda cause: cause.category)
def test_a_cause_has_a_fix_an_example_and_a_source(cause: Cause) -> None:
    assert cause.meaning.endswith(".")
    assert cause.fix.endswith(".")
    assert cause.example
    assert all(page.startswith("https://") for page in cause.source.split(", "))


@pytest.mark.parametrize("name", RECORDINGS)
def test_what_is_given_up_is_documented_as_hopeless(name: str) -> None:
    for told in diagnose_recorded(RECORDINGS[name]).diagnoses:
        assert BY_NAME[told.category].hopeless or not told.terminal, told
