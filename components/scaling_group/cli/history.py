"""scaling-group history"""

from __future__ import annotations

import click

from scaling_group.cli.options import (
    ConnectionFlags,
    connection_options,
    optional_name_options,
    output_option,
)
from scaling_group.cli.output import print_history
from scaling_group.cli.session import connected
from scaling_group.errors import InvalidInput


@click.command("history")
@optional_name_options
@click.option("--all", "every", is_flag=True, help="Every group of the environment, deleted ones too.")
@connection_options
@output_option
def command(
    name: str | None,
    every: bool,
    connection: ConnectionFlags,
    output: str,
) -> None:
    """Show every operation on a group, the newest first. Works for a deleted group too."""
    if bool(name) is every:
        raise InvalidInput("name the group with --name=NAME, or give --all")
    with connected(connection) as groups:
        entries = groups.history(name)
    print_history(entries, output, names=every)
