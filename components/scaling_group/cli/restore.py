"""scaling-group restore"""

from __future__ import annotations

import click

from scaling_group.cli.completion import revisions
from scaling_group.cli.confirm import agree, can_ask, cluster_gone_option, yes_option
from scaling_group.cli.options import (
    ConnectionFlags,
    connection_options,
    message_option,
    name_options,
    output_option,
    wait_options,
    waiting,
)
from scaling_group.cli.output import print_group
from scaling_group.cli.session import connected, following


@click.command("restore")
@name_options
@click.option(
    "--revision",
    "--to",
    "revision",
    type=int,
    metavar="N",
    shell_complete=revisions,
    help="Revision.  [default: the last one]",
)
@message_option
@connection_options
@wait_options
@output_option
@cluster_gone_option
@yes_option
def command(
    name: str,
    revision: int | None,
    message: str,
    connection: ConnectionFlags,
    timeout: float | None,
    output: str,
    cluster_gone: bool,
    yes: bool,
) -> None:
    """Restore a group under its old id: one that was deleted, or whose namespace or cluster is gone."""
    if can_ask() and not yes and (lost := following(connection).lost(name)):
        agree(
            lambda: f"{lost}. Restore {name} here? Objects of it that still exist elsewhere are left alone."
        )
        cluster_gone = True
    with connected(connection) as groups:
        view = groups.restore(
            name, revision=revision, cluster_gone=cluster_gone, message=message, **waiting(timeout)
        )
    print_group(view, output)
