"""scaling-group apply"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from scaling_group.cli.errors import print_error
from scaling_group.cli.interrupts import counted
from scaling_group.cli.options import (
    ConnectionFlags,
    DryRun,
    connection_options,
    dry_run_options,
    message_option,
    output_option,
    wait_options,
    waiting,
)
from scaling_group.cli.output import print_data, print_object_plans, print_rows, print_warnings
from scaling_group.cli.outputs import AppliedOutput, ErrorOutput
from scaling_group.cli.session import connected
from scaling_group.cli.spec_options import documents_from
from scaling_group.client.arguments import MOST_PARALLEL
from scaling_group.errors import ExitCode, Interrupted, ScalingGroupError
from scaling_group.reports import Plan
from scaling_group.spec.change import one_line
from scaling_group.spec.documents import specs_of
from scaling_group.spec.warnings import warnings_of

if TYPE_CHECKING:
    from scaling_group.client.results import Applied


@click.command("apply")
@click.option(
    "-f", "--filename", "files", metavar="FILE", multiple=True, required=True, help="File, folder or -."
)
@click.option(
    "--parallel",
    type=click.IntRange(1, MOST_PARALLEL),
    help="Groups at the same time, each until its rollout ends.  "
    "[default: 16, as many of them changed at once as there are cores]",
)
@dry_run_options
@message_option
@connection_options
@wait_options
@output_option
def command(
    files: tuple[str, ...],
    parallel: int | None,
    dry_run: DryRun,
    message: str,
    connection: ConnectionFlags,
    timeout: float | None,
    output: str,
) -> int:
    """Create the groups in YAML files that do not exist yet, and update those that differ."""
    documents = documents_from(files)
    print_warnings(
        [f"{spec.name}: {warning}" for spec in specs_of(documents) for warning in warnings_of(spec)]
    )
    with connected(connection) as groups:
        if dry_run.wanted:
            plans = groups.plan.apply(documents, timeout=timeout)
        else:
            applied = groups.apply(
                documents, parallel=parallel, message=message, counting=counted, **waiting(timeout)
            )
    if dry_run.wanted:
        _print_plans(plans, output)
        return dry_run.code(plans)
    _print_applied(applied, output)
    return _exit_code([group.error for group in applied if group.error])


def _exit_code(errors: Sequence[ScalingGroupError]) -> ExitCode:
    if any(isinstance(error, Interrupted) for error in errors):
        return ExitCode.INTERRUPTED
    return ExitCode.FAILED if errors else ExitCode.DONE


def _print_plans(plans: Sequence[Plan], form: str) -> None:
    if form != "table":
        data = [plan.model_dump(mode="json") for plan in plans]
        print_data(data, form, [plan.name for plan in plans])
        return
    rows = [(plan.name, plan.action.value, one_line(plan.changes)) for plan in plans]
    print_rows(("NAME", "ACTION", "CHANGE"), rows)
    for plan in plans:
        print_object_plans(plan)


def _print_applied(applied: Sequence[Applied], form: str) -> None:
    if form != "table":
        data = [_output(group).model_dump(mode="json") for group in applied]
        print_data(data, form, [group.name for group in applied])
    else:
        print_rows(("NAME", "ACTION", "STATUS", "URL"), [_row(group) for group in applied])
    if form not in ("table", "name"):
        return
    for group in applied:
        if group.error:
            print_error(group.error, as_json=False)


def _row(group: Applied) -> tuple[str, ...]:
    if group.error:
        return (group.name, group.step.value, "error", "")
    status = group.view.status.value if group.view else ""
    return (group.name, group.step.value, status, group.view.url if group.view else "")


def _output(group: Applied) -> AppliedOutput:
    return AppliedOutput(
        name=group.name,
        action=group.step,
        group=group.view,
        error=ErrorOutput.of(group.error) if group.error else None,
    )
