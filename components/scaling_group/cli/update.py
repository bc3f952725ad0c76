"""scaling-group update"""

from __future__ import annotations

from typing import Any

import click

from scaling_group.cli.options import (
    ConnectionFlags,
    connection_options,
    message_option,
    name_options,
    output_option,
    wait_options,
)
from scaling_group.cli.output import print_group, print_warnings
from scaling_group.cli.progress import progress
from scaling_group.cli.session import actor, open_session
from scaling_group.cli.spec_options import edit_from_flags, edit_options
from scaling_group.operations.applying import Signature
from scaling_group.operations.update import Update
from scaling_group.spec.warnings import warnings_of


@click.command("update")
@name_options
@edit_options
@click.option("--if-revision", type=int, metavar="N", help="Refuse unless the group is at this revision.")
@message_option
@connection_options
@wait_options
@output_option
def command(
    name: str,
    if_revision: int | None,
    message: str,
    connection: ConnectionFlags,
    timeout: float | None,
    output: str,
    **given: Any,
) -> None:
    """Change a group: what is given changes, the rest stays. Each change is a revision."""
    edit = edit_from_flags(given)
    with progress() as report:
        session = open_session(connection, report)
        by = Signature(actor(), timeout, message)
        update = Update(name, session.settings.environment, edit, by, if_revision)
        updated = update.run(session.reader, session.writer(), session.cluster, report)
    print_warnings(warnings_of(updated.view.spec))
    if not updated.applied:
        click.echo(f"nothing to change: {name} stays at revision {updated.view.revision}", err=True)
    print_group(updated.view, output)
