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
from scaling_group.errors import ExitCode
from scaling_group.records import Plan
from scaling_group.spec.warnings import warnings_of


@click.command("create", cls=TakesEntrypoint)
@spec_options
@dry_run_options
@message_option
@connection_options
@wait_options
@output_option
def command(
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
    spec = spec_from_flags(given)
    print_warnings(warnings_of(spec))
    with connected(connection) as groups:
        create = groups.plan.create_from if dry_run.wanted else groups.create_from
        done = create(spec, message=message, **waiting(timeout))
    if isinstance(done, Plan):
        return print_plan(done, output, dry_run)
    print_group(done, output)
    return ExitCode.DONE
