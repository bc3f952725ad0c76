"""scaling-group get"""

from __future__ import annotations

from pathlib import Path

import click

from scaling_group.cli.options import connection_options, name_options, one_name, output_option
from scaling_group.cli.output import print_group
from scaling_group.cli.progress import progress
from scaling_group.cli.session import open_session
from scaling_group.operations.get import get


@click.command("get")
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
    """Show a group: spec, replicas, tags, addresses, revision and times."""
    chosen = one_name(group, name)
    with progress() as report:
        session = open_session(
            environment=environment,
            namespace=namespace,
            context=context,
            config=config,
            announce=report,
        )
        view = get(session.reader, session.cluster, session.settings.environment, chosen)
    print_group(view, output)
