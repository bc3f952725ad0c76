"""scaling-group list"""

from __future__ import annotations

from pathlib import Path

import click

from scaling_group.cli.options import connection_options, output_option
from scaling_group.cli.output import print_groups
from scaling_group.cli.progress import progress
from scaling_group.cli.session import open_session
from scaling_group.operations.list_groups import list_groups


@click.command("list")
@click.option("--include-deleted", is_flag=True, help="Show deleted groups too.")
@connection_options
@output_option
def command(
    include_deleted: bool,
    environment: str | None,
    namespace: str | None,
    context: str | None,
    config: Path | None,
    output: str,
) -> None:
    """List the groups of an environment with status, replicas (ready/desired) and URL."""
    with progress() as report:
        session = open_session(
            environment=environment,
            namespace=namespace,
            context=context,
            config=config,
            announce=report,
        )
        views = list_groups(
            session.reader,
            session.cluster,
            session.settings.environment,
            include_deleted=include_deleted,
        )
    print_groups(views, output)
