"""scaling-group create"""

from __future__ import annotations

from typing import Any

import click

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
from scaling_group.cli.output import print_group, print_plan, print_warnings
from scaling_group.cli.session import connected
from scaling_group.cli.spec_options import TakesEntrypoint, spec_from_flags, spec_options
from scaling_group.errors import ExitCode, InvalidInput
from scaling_group.reports import Plan
from scaling_group.spec.warnings import warnings_of

#: Seconds in which a gateway has to learn of a new route and its Pods.
PATIENCE = 30.0


@click.command("create", cls=TakesEntrypoint)
@spec_options
@click.option(
    "--probe",
    is_flag=True,
    help="Ask its URL once it is available. The exit code is 1 if it does not answer.",
)
@dry_run_options
@message_option
@connection_options
@wait_options
@output_option
def command(
    probe: bool,
    dry_run: DryRun,
    message: str,
    connection: ConnectionFlags,
    timeout: float | None,
    output: str,
    **given: Any,
) -> int:
    """Create a Deployment, a headless Service and an HTTPRoute, and wait until they serve.

    CPU defaults to a request of 100m and a limit of 1, memory to 256Mi and 1Gi.
    """
    if probe and (dry_run.wanted or timeout is None):
        raise InvalidInput(
            "--probe asks a group that is available: it goes with neither --no-wait nor --dry-run"
        )
    spec = spec_from_flags(given)
    print_warnings(warnings_of(spec))
    with connected(connection) as groups:
        create = groups.plan.create_from if dry_run.wanted else groups.create_from
        done = create(spec, message=message, **waiting(timeout))
        answer = groups.probe(spec.name, patience=PATIENCE) if probe else None
    if isinstance(done, Plan):
        return print_plan(done, output, dry_run)
    print_group(done.model_copy(update={"answer": answer}), output)
    return ExitCode.FAILED if answer and not answer.answered else ExitCode.DONE
