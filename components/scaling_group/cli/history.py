"""scaling-group history"""

from __future__ import annotations

from pathlib import Path

import click

from scaling_group.cli.options import connection_options, name_options, one_name, output_option
from scaling_group.cli.output import print_history
from scaling_group.cli.progress import progress
from scaling_group.cli.session import open_session
from scaling_group.operations.history import history


@click.command("history")
@name_options
@connection_options
@output_option
def command(
    group: str | None,
    name: str | None,
    environment: str | None,
    namespace: str | None,
    context: str | None,
    config: Path | None,
    output: str,
) -> None:
    """Show what has happened to a group, the newest first; a deleted one too."""
    chosen = one_name(group, name)
    with progress() as report:
        session = open_session(
            environment=environment, namespace=namespace, context=context, config=config, announce=report
        )
        entries = history(session.reader, session.cluster, session.settings.environment, chosen)
    print_history(entries, output)
