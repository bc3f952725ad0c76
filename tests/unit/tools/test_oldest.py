"""The oldest packages that are promised are those that are tried."""

from __future__ import annotations

import tomllib

import pytest

from tools.oldest import PYPROJECT, main, oldest

DEPENDENCIES = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]


@pytest.mark.parametrize(
    ("dependency", "requirement"),
    [("click>=8.2,<9", "click==8.2"), ("pulumi-kubernetes>=4.25", "pulumi-kubernetes==4.25")],
)
def test_the_lower_bound_is_the_oldest(dependency, requirement):
    assert oldest(dependency) == requirement


@pytest.mark.parametrize("dependency", ["click", "click<9", "click<9,>=8.2", "click==8.2"])
def test_a_dependency_without_a_lower_bound_is_named(dependency):
    with pytest.raises(ValueError, match=f"^'{dependency}' has no lower bound"):
        oldest(dependency)


def test_every_dependency_of_the_package_is_tried(capsys):
    main()

    names = [line.partition("==")[0] for line in capsys.readouterr().out.splitlines()]
    assert names == [dependency.partition(">=")[0] for dependency in DEPENDENCIES]
