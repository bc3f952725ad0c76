"""Whether a URL answers, for people."""

from __future__ import annotations

import click

from scaling_group.answer import Answer
from scaling_group.cli.echo import say


def print_answer(answer: Answer) -> None:
    """Print what the URL has answered, or where the request stops, with evidence and fix."""
    if answer.answered:
        say(f"The URL answers: {answer.summary.removeprefix('it answers ')} ({answer.address})")
        return
    say(f"the URL does not answer: {answer.summary}", before=f"{click.style('!', fg='red')} ")
    for line in answer.detail.splitlines():
        say(f"  {line}")
    say(f"  To do: {answer.resolution}")
    say(f"  ({answer.stage}{f', {answer.address}' if answer.address else ''})")
