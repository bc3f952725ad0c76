"""scaling-group get"""

from __future__ import annotations

import click

from scaling_group.cli.options import ConnectionFlags, connection_options, name_options, output_option
from scaling_group.cli.output import print_data, print_group
from scaling_group.cli.progress import progress
from scaling_group.cli.session import open_session
from scaling_group.operations.export import written
from scaling_group.operations.get import get
from scaling_group.operations.history import history, spec_of


@click.command("get")
@name_options
@click.option("--revision", type=int, metavar="N", help="Show what this revision applied.")
@connection_options
@output_option
def command(
    name: str,
    revision: int | None,
    connection: ConnectionFlags,
    output: str,
) -> None:
    """Show a group: spec, replicas, tags, addresses, revision and times."""
    with progress() as report:
        session = open_session(connection, report)
        environment = session.settings.environment
        if revision is None:
            view = get(session.reader, session.cluster, environment, name)
        else:
            entries = history(session.reader, session.cluster, environment, name)
            spec = spec_of(entries, name, revision)
    if revision is None:
        print_group(view, output)
    else:
        print_data(written(spec), "json" if output == "json" else "yaml")
