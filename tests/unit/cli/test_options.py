"""Options that several commands share."""

from __future__ import annotations

import click
import pytest

from scaling_group.cli.options import Duration, apply_all, one_name
from scaling_group.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("10m", 600), ("1h", 3600), ("1.5m", 90), ("0.5s", 0.5), (30, 30)],
)
def test_durations_are_seconds(text, seconds):
    assert Duration().convert(text, None, None) == seconds


@pytest.mark.parametrize(
    "text", ["", "0", "0s", "-1m", "10 m", "10M", "1d", "m", "1m30s", "nan", "inf", "1e3", "١"]
)
def test_what_is_no_duration_is_refused_with_the_form(text):
    with pytest.raises(click.BadParameter) as caught:
        Duration().convert(text, None, None)

    assert caught.value.message == f"{text!r} is not a duration; write it like 90s, 10m or 1h"


@pytest.mark.parametrize(("group", "name"), [("a", None), (None, "a"), ("a", "a")])
def test_a_name_can_be_an_argument_or_a_flag(group, name):
    assert one_name(group, name) == "a"


def test_two_different_names_are_refused():
    with pytest.raises(InvalidInput, match="two names are given: 'a' and --name='b'"):
        one_name("a", "b")


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_name_is_refused_with_the_flag(nothing):
    with pytest.raises(InvalidInput) as caught:
        one_name(nothing, nothing)

    assert caught.value.message == "no name is given"
    assert caught.value.resolution == "Name the group with --name=NAME."


def test_options_are_shown_in_the_order_in_which_they_were_given():
    both = apply_all(click.option("--first"), click.option("--second"))

    @click.command()
    @both
    def command(first: str, second: str) -> None: ...

    assert [parameter.name for parameter in command.params] == ["first", "second"]
