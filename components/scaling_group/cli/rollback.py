"""scaling-group rollback"""

from __future__ import annotations

import click

from scaling_group.cli.completion import revisions
from scaling_group.cli.guardrails import guard_of, patient
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
from scaling_group.cli.progress import progress
from scaling_group.cli.session import actor, open_session
from scaling_group.errors import ExitCode
from scaling_group.operations.applying import Signature
from scaling_group.operations.rollback import Rollback
from scaling_group.records import GroupView, Plan


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
    with progress() as report:
        session = open_session(connection, report)
        by = Signature(actor(), timeout, message)
        guard = patient(guard_of(session.settings), timeout, report)
        rollback = Rollback(name, session.settings.environment, by, to, guard)
        if dry_run.wanted:
            done: Plan | GroupView = rollback.plan(session.reader, session.cluster)
        else:
            done = rollback.run(session.reader, session.writer(), session.cluster, report)
    if isinstance(done, Plan):
        print_plan(done, output)
        return dry_run.code([done])
    print_group(done, output)
    return ExitCode.DONE
