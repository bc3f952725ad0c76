"""Whether a URL answers, for people."""

from __future__ import annotations

import click

from scaling_group.answer import Answer
from scaling_group.cli.echo import say


def print_answer(answer: Answer, url: str = "") -> None:
    """Print what a URL has answered, or where the request stops, with evidence and fix.

    url: where it is not that of the group's own hostname.
    """
    if answer.answered:
        summary = answer.summary.removeprefix("it answers ")
        say(f"{url or 'The URL'} answers: {summary} ({answer.address})")
        return
    say(f"{url or 'the URL'} does not answer: {answer.summary}", before=f"{click.style('!', fg='red')} ")
    for line in answer.detail.splitlines():
        say(f"  {line}")
    say(f"  To do: {answer.resolution}")
    say(f"  ({answer.stage}{f', {answer.address}' if answer.address else ''})")
