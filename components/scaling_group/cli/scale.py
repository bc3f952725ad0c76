"""scaling-group scale"""

from __future__ import annotations

from collections.abc import Sequence

import click

from scaling_group.cli.completion import group_names
from scaling_group.cli.edited import print_edited
from scaling_group.cli.options import (
    ConnectionFlags,
    DryRun,
    connection_options,
    dry_run_options,
    message_option,
    one_name,
    output_option,
    wait_options,
    waiting,
)
from scaling_group.cli.session import connected
from scaling_group.errors import InvalidInput


@click.command("scale")
@click.option("--name", metavar="NAME", shell_complete=group_names, help="Name of the group.")
@click.argument("group", metavar="[NAME] [COUNT]", nargs=-1, shell_complete=group_names)
@dry_run_options
@message_option
@connection_options
@wait_options
@output_option
def command(
    name: str | None,
    group: tuple[str, ...],
    dry_run: DryRun,
    message: str,
    connection: ConnectionFlags,
    timeout: float | None,
    output: str,
) -> int:
    """Set the number of Pods, as update --replicas does. With 0, the group is kept without Pods.

    Without COUNT, a group that is at 0 gets the number back that it had before.
    """
    named, count = _parts(group)
    name = one_name(named, name)
    with connected(connection) as groups:
        change = groups.plan.scale if dry_run.wanted else groups.scale
        done = change(name, count, message=message, **waiting(timeout))
    return print_edited(done, output, dry_run)


def _parts(words: Sequence[str]) -> tuple[str | None, int | None]:
    """Return name and count, each None where it is not given; a name begins with a letter."""
    named = words[0] if words and not words[0].lstrip("-+").isdecimal() else None
    counts = words[1:] if named else words
    if len(counts) > 1:
        raise InvalidInput(f"{len(counts)} counts are given; a group has one number of Pods")
    if counts and not counts[0].isdecimal():
        raise InvalidInput(f"{counts[0]!r} is not a number of Pods; write a whole number from 0 on")
    # Python reads no number of thousands of digits; the rule of replicas refuses it.
    return named, int(counts[0][:20]) if counts else None
