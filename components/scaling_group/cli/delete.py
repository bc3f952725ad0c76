"""scaling-group delete"""

from __future__ import annotations

import sys

import click

from scaling_group.cli.options import (
    ConnectionFlags,
    connection_options,
    message_option,
    name_options,
    output_option,
    wait_options,
)
from scaling_group.cli.output import print_group
from scaling_group.cli.progress import progress
from scaling_group.cli.session import actor, open_session
from scaling_group.errors import Failed
from scaling_group.operations.applying import Signature
from scaling_group.operations.delete import Delete
from scaling_group.operations.get import get
from scaling_group.operations.purge import Purge
from scaling_group.records import Status


@click.command("delete")
@name_options
@message_option
@connection_options
@wait_options
@output_option
@click.option("--purge", is_flag=True, help="Forget the group: remove its stack and history too.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def command(
    name: str,
    message: str,
    connection: ConnectionFlags,
    timeout: float | None,
    output: str,
    purge: bool,
    yes: bool,
) -> None:
    """Delete the Deployment, Service and HTTPRoute of a group; its record and history stay."""
    if not yes and sys.stdin.isatty():
        _ask(name, purge=purge)
    with progress() as report:
        session = open_session(connection, report)
        environment, writer = session.settings.environment, session.writer()
        view = get(session.reader, session.cluster, environment, name) if purge else None
        if view is None or view.status is not Status.DELETED:
            delete = Delete(name, environment, Signature(actor(), timeout, message))
            view = delete.run(session.reader, writer, session.cluster, report)
        entries = 0
        if purge:
            entries = Purge(name, environment).run(session.reader, writer, session.cluster, report)
    if output == "table" and purge:
        click.echo(f"deleted {view.name} and its history of {entries} operations")
    elif output == "table":
        click.echo(f"deleted {view.name} (its record stays: scaling-group list --include-deleted)")
    else:
        print_group(view, output)


def _ask(name: str, *, purge: bool) -> None:
    history = ", its record and its whole history, for good" if purge else ""
    question = f"Delete the scaling group {name}: its Deployment, Service and HTTPRoute{history}?"
    if not click.confirm(question, err=True):
        raise Failed("not deleted: you said no")
