"""scaling-group history"""

from __future__ import annotations

import click

from scaling_group.cli.options import ConnectionFlags, connection_options, name_options, output_option
from scaling_group.cli.output import print_history
from scaling_group.cli.progress import progress
from scaling_group.cli.session import open_session
from scaling_group.operations.history import history


@click.command("history")
@name_options
@connection_options
@output_option
def command(
    name: str,
    connection: ConnectionFlags,
    output: str,
) -> None:
    """Show what has happened to a group, the newest first; a deleted one too."""
    with progress() as report:
        session = open_session(connection, report)
        entries = history(session.reader, session.cluster, session.settings.environment, name)
    print_history(entries, output)
