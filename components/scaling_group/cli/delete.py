"""scaling-group delete"""

from __future__ import annotations

import click

from scaling_group.cli.confirm import agree, can_ask, cluster_gone_option, yes_option
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
    waiting,
)
from scaling_group.cli.output import print_group, print_plan
from scaling_group.cli.session import connected, following
from scaling_group.client.groups import ScalingGroups
from scaling_group.errors import ExitCode, InvalidInput, counted


@click.command("delete")
@name_options
@dry_run_options
@message_option
@connection_options
@wait_options
@output_option
@click.option("--purge", is_flag=True, help="Forget the group: remove its stack and history too.")
@cluster_gone_option
@yes_option
def command(
    name: str,
    dry_run: DryRun,
    message: str,
    connection: ConnectionFlags,
    timeout: float | None,
    output: str,
    purge: bool,
    cluster_gone: bool,
    yes: bool,
) -> int:
    """Delete the Deployment, Service and HTTPRoute of a group; its record and history stay.

    The wait is for the objects and their pods to be gone. Where a finalizer keeps an object, it says which
    one and who has set it, and exits with code 1 at --timeout: what is left is deleted all the same, and
    a second delete or `wait --for=deleted` waits on. With --no-wait it says so and ends at once.

    With --purge it forgets a group whose namespace is gone too. Where the cluster is gone, or another one
    may be meant, it asks, or takes --cluster-gone for an answer.
    """
    if cluster_gone and not purge:
        raise InvalidInput("--cluster-gone needs --purge: without objects there is nothing else to delete")
    if not yes and not dry_run.wanted:
        cluster_gone = _agreed(name, connection, purge=purge) or cluster_gone
    with connected(connection) as groups:
        if dry_run.wanted:
            plan = groups.plan.delete(name)
        else:
            done = groups.delete(
                name, purge=purge, cluster_gone=cluster_gone, message=message, **waiting(timeout)
            )
    if dry_run.wanted:
        return print_plan(plan, output, dry_run)
    if output != "table":
        print_group(done, output)
    else:
        say(_said(name, done.purged, purge=purge, waited=timeout is not None))
    return ExitCode.DONE


def _said(name: str, purged: int, *, purge: bool, waited: bool) -> str:
    begun = f"the deletion of {name} has begun"
    if purge:
        history = f"its history of {counted(purged, 'operation')}"
        return f"deleted {name} and {history}" if waited else f"{begun}, and {history} is deleted"
    stays = "(its record stays: scaling-group list --include-deleted)"
    return f"deleted {name} {stays}" if waited else f"{begun} {stays}"


def _agreed(name: str, connection: ConnectionFlags, *, purge: bool) -> bool:
    """Ask, and return whether the answer was that the group's cluster is gone."""
    groups = following(connection)
    why = groups.lost(name) if purge and can_ask() else ""
    if why:
        agree(lambda: _question_of_lost(name, groups, why))
    else:
        lost = f"the record and the history of {name} would be lost" if purge else ""
        agree(lambda: _question(name, groups, purge=purge), lost=lost)
    return bool(why)


def _question_of_lost(name: str, groups: ScalingGroups, why: str) -> str:
    return (
        f"{why}. Forget the scaling group {name}? Objects of it that still exist elsewhere are left alone. "
        f"Its record and its history of {counted(groups.recorded(name), 'operation')} are lost permanently."
    )


def _question(name: str, groups: ScalingGroups, *, purge: bool) -> str:
    place = groups.environment
    where = f"environment {place.id} (namespace {place.namespace}, context {groups.context})"
    kept = "; its record and history stay."
    if purge:
        history = counted(groups.recorded(name), "operation")
        kept = f", and its record and its history of {history} are lost permanently."
    return (
        f"Delete the scaling group {name} of {where}? Its Deployment, Service and HTTPRoute are removed{kept}"
    )
