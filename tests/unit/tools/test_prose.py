"""The linter of prose finds the words that it is given, in sentences and not in code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import prose


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(prose, "ROOT", tmp_path)
    return tmp_path / "page.md"


def test_a_word_is_named_with_its_line_and_what_to_write(page: Path):
    page.write_text("# Title\n\nAn update makes the pods anew.\nIt waits for the the pods.\n")

    assert list(prose.faults(page)) == [
        "page.md:3: Write 'again' in place of 'anew'.",
        "page.md:4: There's a lexical illusion in 'the the' - a phrase is repeated.",
    ]


def test_code_addresses_and_comments_are_no_prose(page: Path):
    page.write_text("`anew` [here](anew.md)\n<!-- anew -->\n```sh\nmake anew\n```\n")

    assert list(prose.faults(page)) == []
