"""scaling-group rollback"""

from __future__ import annotations

import click

from scaling_group.cli.completion import revisions
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
from scaling_group.cli.output import print_group, print_plan
from scaling_group.cli.session import actor, connected
from scaling_group.errors import ExitCode
from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.rollback import Rollback
from scaling_group.records import Plan


@click.command("rollback")
@name_options
@click.option(
    "--to",
    "--revision",
    "to",
    type=int,
    metavar="N",
    shell_complete=revisions,
    help="Revision.  [default: the newest earlier one seen Available]",
)
@dry_run_options
@message_option
@connection_options
@wait_options
@output_option
def command(
    name: str,
    to: int | None,
    dry_run: DryRun,
    message: str,
    connection: ConnectionFlags,
    timeout: float | None,
    output: str,
) -> int:
    """Roll back to an earlier revision, recorded as a new one."""
    rollback = Rollback(name, ChangeOptions(actor(), timeout, message), to)
    with connected(connection, timeout) as context:
        done = rollback.plan(context) if dry_run.wanted else rollback.run(context)
    if isinstance(done, Plan):
        return print_plan(done, output, dry_run)
    print_group(done, output)
    return ExitCode.DONE
