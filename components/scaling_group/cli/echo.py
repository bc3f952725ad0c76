"""The one door to terminals and logs: no text that comes from elsewhere does anything there.

Messages of events, lines of logs, annotations and the words of other people can hold what a terminal
obeys (https://en.wikipedia.org/wiki/ANSI_escape_code) and what a CI runner takes for a command
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands).
"""

from __future__ import annotations

import re

import click

#: Controls of ASCII and Latin-1, line and paragraph separators, marks that turn the direction of what
#: follows, letters that nobody sees, and halves of pairs, which no output can encode.
ACTS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
#: `::error::` at the beginning of a line; `##[error]` and `##vso[…]` anywhere in it.
COMMAND = re.compile(r"^(\s*)::|##(?=\w*\[)")


def escaped(text: str, *, tabs: bool = False) -> str:
    """Return one line of plain text, whatever the text holds; tabs: keep them."""
    # Most texts are of this kind: a list of 1,000 groups has 7,000 of them.
    if text.isascii() and text.isprintable() and "::" not in text and "##" not in text:
        return text
    return COMMAND.sub(_disarmed, ACTS.sub(lambda found: _code(found[0], tabs=tabs), text))


def _code(character: str, *, tabs: bool) -> str:
    return character if tabs and character == "\t" else character.encode("unicode_escape").decode()


def _disarmed(found: re.Match[str]) -> str:
    return "#\\#" if found[0] == "##" else f"{found[1]}\\::"


def say(text: str = "", *, before: str = "", err: bool = False, tabs: bool = False) -> None:
    """Print a line for people. before: words of ours before it, which may be coloured."""
    click.echo(f"{before}{escaped(text, tabs=tabs)}", err=err)


def put(text: str | bytes, *, nl: bool = True, err: bool = False) -> None:
    """Print a result for programs, exactly as it is."""
    click.echo(text, nl=nl, err=err, color=True)
