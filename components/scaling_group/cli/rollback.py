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
    waiting,
)
from scaling_group.cli.output import print_group, print_plan
from scaling_group.cli.session import connected
from scaling_group.errors import ExitCode


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
    with connected(connection) as groups:
        if dry_run.wanted:
            plan = groups.plan.rollback(name, to=to, timeout=timeout)
        else:
            view = groups.rollback(name, to=to, message=message, **waiting(timeout))
    if dry_run.wanted:
        return print_plan(plan, output, dry_run)
    print_group(view, output)
    return ExitCode.DONE
