"""scaling-group restore"""

from __future__ import annotations

import click

from scaling_group.cli.completion import revisions
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
from scaling_group.cli.session import connected


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
def command(
    name: str,
    revision: int | None,
    message: str,
    connection: ConnectionFlags,
    timeout: float | None,
    output: str,
) -> None:
    """Restore a deleted group under its old id."""
    with connected(connection) as groups:
        view = groups.restore(name, revision=revision, message=message, **waiting(timeout))
    print_group(view, output)
