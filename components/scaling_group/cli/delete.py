"""scaling-group delete"""

from __future__ import annotations

from typing import NamedTuple

import click

from scaling_group.cli.confirm import agree, yes_option
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
from scaling_group.cli.output import print_group, print_plan
from scaling_group.cli.progress import lines
from scaling_group.cli.session import actor, connected, open_session
from scaling_group.errors import ExitCode
from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.context import Context
from scaling_group.operations.delete import Delete
from scaling_group.operations.purge import Purge
from scaling_group.records import GroupView, Plan


@click.command("delete")
@name_options
@dry_run_options
@message_option
@connection_options
@wait_options
@output_option
@click.option("--purge", is_flag=True, help="Forget the group: remove its stack and history too.")
@yes_option
def command(
    name: str,
    dry_run: DryRun,
    message: str,
    connection: ConnectionFlags,
    timeout: float | None,
    output: str,
    purge: bool,
    yes: bool,
) -> int:
    """Delete the Deployment, Service and HTTPRoute of a group; its record and history stay.

    The wait is for the objects and their pods to be gone. Where a finalizer keeps an object, it says which
    one and who has set it, and exits with code 1 at --timeout: what is left is deleted all the same, and
    a second delete or `wait --for=deleted` waits on. With --no-wait it says so and ends at once.
    """
    if not yes and not dry_run.wanted:
        lost = f"the record and the history of {name} would be lost" if purge else ""
        agree(lambda: _question(name, connection, purge=purge), lost=lost)
    delete = Delete(name, ChangeOptions(actor(), timeout, message))
    with connected(connection) as context:
        done = delete.plan(context) if dry_run.wanted else _end(delete, context, purge=purge)
    if isinstance(done, Plan):
        return print_plan(done, output, dry_run)
    if output != "table":
        print_group(done.view, output)
    else:
        say(_said(name, done, purge=purge, waited=timeout is not None))
    return ExitCode.DONE


class Ended(NamedTuple):
    """The deleted group, and how many entries of its history were removed."""

    view: GroupView
    purged: int


def _end(delete: Delete, context: Context, *, purge: bool) -> Ended:
    """Delete a group that lives, and forget it where that is asked for."""
    ended = delete.ended(context) if purge else None
    view = ended or delete.run(context)
    return Ended(view, Purge(delete.name).run(context) if purge else 0)


def _said(name: str, done: Ended, *, purge: bool, waited: bool) -> str:
    begun = f"the deletion of {name} has begun"
    if purge:
        history = f"its history of {done.purged} operations"
        return f"deleted {name} and {history}" if waited else f"{begun}, and {history} is deleted"
    stays = "(its record stays: scaling-group list --include-deleted)"
    return f"deleted {name} {stays}" if waited else f"{begun} {stays}"


def _question(name: str, connection: ConnectionFlags, *, purge: bool) -> str:
    session = open_session(connection, lines())
    place, context = session.settings.environment, session.connection.context
    where = f"environment {place.id} (namespace {place.namespace}, context {context})"
    kept = "; its record and history stay."
    if purge:
        operations = len(session.reader.history(place.id, name))
        kept = f", and its record and its history of {operations} operations are lost permanently."
    return (
        f"Delete the scaling group {name} of {where}? Its Deployment, Service and HTTPRoute are removed{kept}"
    )
