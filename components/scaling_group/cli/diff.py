"""scaling-group diff"""

from __future__ import annotations

from collections.abc import Sequence

import click

from scaling_group.cli.completion import group_names, name_or_revisions
from scaling_group.cli.options import ConnectionFlags, connection_options, one_name, output_option
from scaling_group.cli.output import print_changes
from scaling_group.cli.session import connected
from scaling_group.errors import InvalidInput

#: Digits of a revision's number; no group has had as many.
LONGEST_NUMBER = 18


@click.command("diff")
@click.option("--name", metavar="NAME", shell_complete=group_names, help="Name of the group.")
@click.argument("group", metavar="[NAME] [A [B]]", nargs=-1, shell_complete=name_or_revisions)
@click.option("--live", is_flag=True, help="Compare the record with the objects in the cluster.")
@connection_options
@output_option
def command(
    name: str | None,
    group: tuple[str, ...],
    live: bool,
    connection: ConnectionFlags,
    output: str,
) -> None:
    """Show what differs between two revisions, or between the record and the cluster.

    B defaults to the newest revision, A to the one before it.
    """
    named, revisions = _parts(group)
    name = one_name(named, name)
    if live and revisions:
        raise InvalidInput("--live compares the newest revision, and takes no other one")
    if len(revisions) > 2:
        raise InvalidInput(f"{len(revisions)} revisions are given; two at most can be compared")
    with connected(connection) as groups:
        changes = groups.drift(name) if live else groups.diff(name, *revisions)
    print_changes(changes, output)


def _parts(words: Sequence[str]) -> tuple[str | None, tuple[int, ...]]:
    """Return the name, which is no number, and the revisions; raises InvalidInput for other words."""
    named = words[0] if words and not _is_number(words[0]) else None
    numbers = words[1:] if named else words
    if other := next((word for word in numbers if not _is_number(word)), None):
        raise InvalidInput(f"{other!r} is not the number of a revision")
    return named, tuple(map(int, numbers))


def _is_number(word: str) -> bool:
    # Python reads no number of thousands of digits.
    return word.isdecimal() and len(word) <= LONGEST_NUMBER
