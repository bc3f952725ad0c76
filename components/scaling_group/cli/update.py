"""scaling-group update"""

from __future__ import annotations

from typing import Any

import click

from scaling_group.cli.edited import print_edited
from scaling_group.cli.options import (
    ConnectionFlags,
    DryRun,
    connection_options,
    dry_run_options,
    message_option,
    name_options,
    output_option,
    wait_options,
    waiting,
)
from scaling_group.cli.session import connected
from scaling_group.cli.spec_options import TakesEntrypoint, edit_from_flags, edit_options


@click.command("update", cls=TakesEntrypoint)
@name_options
@edit_options
@click.option("--if-revision", type=int, metavar="N", help="Refuse unless the group is at this revision.")
@dry_run_options
@message_option
@connection_options
@wait_options
@output_option
def command(
    name: str,
    if_revision: int | None,
    dry_run: DryRun,
    message: str,
    connection: ConnectionFlags,
    timeout: float | None,
    output: str,
    **given: Any,
) -> int:
    """Change a group. Only the options you pass are changed. Each change is recorded as a revision."""
    edit = edit_from_flags(given)
    with connected(connection) as groups:
        change = groups.plan.edit if dry_run.wanted else groups.edit
        done = change(name, edit, if_revision=if_revision, message=message, **waiting(timeout))
    return print_edited(done, output, dry_run)
