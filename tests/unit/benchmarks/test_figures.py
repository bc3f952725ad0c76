"""Medians, ratios, growth and targets."""

from __future__ import annotations

import pytest

from benchmarks.contenders import AUTOMATION, OURS
from benchmarks.figures import MEGABYTES, SECONDS, Growth, Target, Work
from tests.unit.benchmarks.made import growth, runs, work


def test_a_median_and_its_spread():
    measured = work("get", ours=[0.3, 0.9, 0.4])

    assert measured.median() == 0.4
    assert measured.spread() == (0.3, 0.9)


def test_a_ratio_is_taken_round_by_round():
    """The machine was ten times as slow in the last round, for both."""
    measured = work("get", ours=[0.2, 0.2, 2.0], automation=[1.0, 0.4, 10.0])

    assert measured.ratio(AUTOMATION) == pytest.approx(0.2)


def test_rounds_that_are_not_pairs_have_no_ratio():
    with pytest.raises(ValueError, match="shorter"):
        work("get", ours=[0.2, 0.2], automation=[1.0]).ratio(AUTOMATION)


def test_growth_is_from_the_smallest_to_the_largest():
    found = growth("get", "groups", True, n1000=0.6, n10=0.5, n100=0.9)

    assert found.factor == pytest.approx(1.2)
    assert found.limit == 1.2


def test_a_machine_that_slows_down_is_no_growth():
    """Sizes take turns: it was half as fast in the last rounds, for both."""
    works = {1: work("get", ours=[0.4, 0.8, 0.8]), 1000: work("get", ours=[0.4, 0.8, 0.8])}

    assert Growth("get", "`get`", "groups", True, works).factor == pytest.approx(1.0)


def test_what_may_grow_may_grow_linearly():
    assert growth("list", "groups", False, n10=0.5, n1000=0.9).limit == 100


@pytest.mark.parametrize(
    ("target", "text", "found"),
    [
        (Target("get", SECONDS, 0.6), "≤ 0.6 s", "0.50 s"),
        (Target("get", MEGABYTES, 150), "≤ 150 MiB at the peak", "64 MiB"),
        (Target("get", AUTOMATION, 0.4), "≤ 0.4 × Automation API", "0.25 ×"),
    ],
)
def test_a_target_is_said_with_its_unit(target, text, found):
    measured = Work("get", "`get`", {OURS: runs(0.5, peak=64), AUTOMATION: runs(2.0)})

    assert (target.text(), target.found(measured)) == (text, found)
