"""The quick table is the same as the one that can do everything."""

from __future__ import annotations

import pytest

from scaling_group.cli.columns import aligned, folded

TITLES = ("NAME", "IMAGE", "MESSAGE")
ROWS = [("web", "my-registry/server:v1", ""), ("a-longer-name", "b", "two words"), ("x", "", "y")]


@pytest.mark.parametrize("heading", [True, False])
@pytest.mark.parametrize("rows", [ROWS, ROWS[:1]])
def test_both_print_the_same(rows, heading):
    quick = aligned(TITLES, rows, None, heading=heading)

    assert quick is not None
    assert quick == folded(TITLES, rows, None, heading=heading)


def test_an_empty_table_is_its_heading():
    assert aligned(TITLES, [], None, heading=True) == ["NAME  IMAGE  MESSAGE"]
    assert aligned(TITLES, [], None, heading=False) == []


@pytest.mark.parametrize("text", ["zwei Wörter", "語", "two\nlines", "a\tb", "\x1b[31m"])
def test_what_is_not_plain_text_is_left_to_the_other(text):
    assert aligned(TITLES, [("web", "a", text)], None, heading=True) is None


def test_a_table_that_fits_the_terminal_is_not_folded():
    [heading, row] = aligned(("A", "B"), [("12", "3")], 5, heading=True) or ["", ""]

    assert row == "12  3"
    assert "A   B" in heading


def test_a_table_wider_than_the_terminal_is_left_to_the_other():
    assert aligned(("A", "B"), [("12", "3")], 4, heading=True) is None


@pytest.mark.parametrize("width", [30, 60, 80])
def test_a_name_or_an_address_is_never_broken(width):
    url = "https://abc123-inference.gw.example.com"
    lines = folded(
        ("NAME", "URL", "REASON"), [("inference", url, "it has no replicas " * 5)], width, heading=True
    )

    assert "inference" in lines[1]
    assert url in lines[1]


@pytest.mark.parametrize("width", [26, 30])
def test_a_sentence_is_folded_where_there_is_room(width):
    lines = folded(
        ("NAME", "REASON"), [("web", "it has no replicas that answer requests")], width, heading=True
    )

    assert [len(line) <= width for line in lines] == [True] * 3
