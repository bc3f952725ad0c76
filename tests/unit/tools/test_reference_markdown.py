"""Pages that are written by hand, with blocks that are made from the code."""

from __future__ import annotations

import pytest

from tools.reference_markdown import filled

PAGE = """\
# Title

<!-- make docs: rows -->
old
<!-- end -->

Below.
"""


def test_a_block_is_replaced_and_all_else_stays() -> None:
    assert filled(PAGE, {"rows": ["| a |"]}) == PAGE.replace("old\n", "\n| a |\n\n")


def test_a_filled_page_is_not_changed_again() -> None:
    once = filled(PAGE, {"rows": ["| a |"]})
    assert filled(once, {"rows": ["| a |"]}) == once


@pytest.mark.parametrize("blocks", [{}, {"other": []}, {"rows": [], "other": []}])
def test_a_block_without_a_place_and_a_place_without_a_block_are_refused(
    blocks: dict[str, list[str]],
) -> None:
    with pytest.raises(ValueError, match="rows"):
        filled(PAGE, blocks)
