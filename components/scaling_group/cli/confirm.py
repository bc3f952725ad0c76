"""Questions: asked on a terminal alone. Elsewhere standard input is somebody's loop, and is never read."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from scaling_group.cli.echo import escaped
from scaling_group.errors import Failed, InvalidInput

cluster_gone_option = click.option(
    "--cluster-gone", is_flag=True, help="The group's cluster no longer exists; leave its objects alone."
)
yes_option = click.option("-y", "--yes", is_flag=True, help="Do not ask for confirmation.")


def agree(question: Callable[[], str], *, lost: str = "") -> None:
    """Go on where the user agrees; raises Failed where not.

    question: what to ask; it may take reading to say what is lost. lost: what nothing brings back, as the
    beginning of a sentence. Where nobody can be asked, that is refused, and everything else goes ahead.
    """
    if can_ask():
        if not click.confirm(escaped(question()), err=True):
            raise Failed("aborted; nothing was changed")
    elif lost:
        raise InvalidInput(
            f"{lost} permanently, and there is no terminal to ask for confirmation",
            resolution="Pass --yes to confirm.",
        )


def can_ask() -> bool:
    """Return whether somebody sees the question and can answer it."""
    return sys.stdin.isatty() and sys.stderr.isatty()
