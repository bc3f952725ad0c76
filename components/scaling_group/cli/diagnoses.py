"""Diagnoses for people: what is wrong, how one sees it, what to do."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from shutil import get_terminal_size

import click

from scaling_group.cli.echo import escaped, say
from scaling_group.cli.output import timestamp
from scaling_group.records import Diagnosis

#: Lines of prose longer than this are hard to read, also where there is room.
WIDEST = 100


def print_diagnoses(diagnoses: Sequence[Diagnosis]) -> None:
    """Print each diagnosis with its evidence and what to do, after an empty line."""
    for diagnosis in diagnoses:
        say()
        first, *more = _wrapped(f"- {diagnosis.summary}", indent="  ")
        say(first.removeprefix("- "), before=f"{_mark(diagnosis)} ")
        for line in diagnosis.detail.splitlines():
            more += _wrapped(f"  {line}", indent="    ")
        more += _wrapped(f"  To do: {diagnosis.resolution}", indent="    ")
        more += _wrapped(f"  ({_kind(diagnosis)})", indent="    ")
        for line in more:
            say(line)


def _mark(diagnosis: Diagnosis) -> str:
    """What no waiting heals stands out."""
    return click.style("!", fg="red") if diagnosis.terminal else click.style("-", fg="yellow")


def _kind(diagnosis: Diagnosis) -> str:
    since = f", since {timestamp(diagnosis.since)}" if diagnosis.since else ""
    return f"{diagnosis.category}{since}" + ("; waiting does not heal it" if diagnosis.terminal else "")


def _wrapped(text: str, indent: str) -> list[str]:
    """Return lines that fit the terminal; elsewhere nobody knows how much room there is."""
    line = escaped(text)
    if not sys.stdout.isatty():
        return [line]
    width = min(get_terminal_size().columns, WIDEST)
    return textwrap.wrap(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
