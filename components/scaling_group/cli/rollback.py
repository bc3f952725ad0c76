"""scaling-group rollback"""

from __future__ import annotations

from pathlib import Path

import click

from scaling_group.cli.options import (
    connection_options,
    message_option,
    name_options,
    one_name,
    output_option,
    wait_options,
)
from scaling_group.cli.output import print_group
from scaling_group.cli.progress import progress
from scaling_group.cli.session import actor, open_session
from scaling_group.operations.applying import Signature
from scaling_group.operations.rollback import Rollback


@click.command("rollback")
@name_options
@click.option(
    "--to", type=int, metavar="N", help="Revision.  [default: the newest earlier one seen Available]"
)
@message_option
@connection_options
@wait_options
@output_option
def command(
    group: str | None,
    name: str | None,
    to: int | None,
    message: str,
    environment: str | None,
    namespace: str | None,
    context: str | None,
    config: Path | None,
    wait: bool,
    timeout: float,
    output: str,
) -> None:
    """Go back to what an earlier revision was; this is a revision of its own."""
    chosen = one_name(group, name)
    with progress() as report:
        session = open_session(
            environment=environment, namespace=namespace, context=context, config=config, announce=report
        )
        by = Signature(actor(), timeout if wait else None, message)
        rollback = Rollback(chosen, session.settings.environment, by, to)
        view = rollback.run(session.reader, session.writer(), session.cluster, report)
    print_group(view, output)
