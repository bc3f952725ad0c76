"""scaling-group update"""

from __future__ import annotations

from typing import Any

import click

from scaling_group.cli.echo import say
from scaling_group.cli.options import (
    ConnectionFlags,
    DryRun,
    connection_options,
    dry_run_options,
    message_option,
    name_options,
    output_option,
    wait_options,
)
from scaling_group.cli.output import print_group, print_plan, print_warnings
from scaling_group.cli.session import actor, connected
from scaling_group.cli.spec_options import TakesEntrypoint, edit_from_flags, edit_options
from scaling_group.errors import ExitCode
from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.update import Update
from scaling_group.records import Plan
from scaling_group.spec.warnings import warnings_of


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
    update = Update(name, edit, ChangeOptions(actor(), timeout, message), if_revision)
    with connected(connection, timeout) as context:
        done = update.plan(context) if dry_run.wanted else update.run(context)
    if isinstance(done, Plan):
        return print_plan(done, output, dry_run)
    print_warnings(warnings_of(done.view.spec))
    if not done.applied:
        say(f"nothing to change: {name} stays at revision {done.view.revision}", err=True)
    print_group(done.view, output)
    return ExitCode.DONE
