"""scaling-group delete"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scaling_group.cli.options import (
    connection_options,
    name_options,
    one_name,
    output_option,
    wait_options,
)
from scaling_group.cli.output import print_group
from scaling_group.cli.progress import progress
from scaling_group.cli.session import actor, open_session
from scaling_group.errors import Failed
from scaling_group.operations.delete import Delete


@click.command("delete")
@name_options
@connection_options
@wait_options
@output_option
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def command(
    group: str | None,
    name: str | None,
    environment: str | None,
    namespace: str | None,
    context: str | None,
    config: Path | None,
    wait: bool,
    timeout: float,
    output: str,
    yes: bool,
) -> None:
    """Delete the Deployment, Service and HTTPRoute of a group; its record and history stay."""
    chosen = one_name(group, name)
    if not yes and sys.stdin.isatty():
        _ask(chosen)
    with progress() as report:
        session = open_session(
            environment=environment,
            namespace=namespace,
            context=context,
            config=config,
            announce=report,
        )
        settings = session.settings
        delete = Delete(chosen, settings.environment, actor(), timeout if wait else None)
        view = delete.run(session.reader, session.writer(), session.cluster, report)
    if output == "table":
        click.echo(f"deleted {view.name} (its record stays: scaling-group list --include-deleted)")
    else:
        print_group(view, output)


def _ask(name: str) -> None:
    question = f"Delete the scaling group {name}: its Deployment, Service and HTTPRoute?"
    if not click.confirm(question, err=True):
        raise Failed("not deleted: you said no")
