"""scaling-group create"""

from __future__ import annotations

from typing import Any

import click

from scaling_group.cli.guardrails import guard_of
from scaling_group.cli.options import (
    ConnectionFlags,
    DryRun,
    connection_options,
    dry_run_options,
    message_option,
    output_option,
    wait_options,
)
from scaling_group.cli.output import print_group, print_plan, print_warnings
from scaling_group.cli.progress import progress
from scaling_group.cli.session import actor, open_session
from scaling_group.cli.settings import load_settings
from scaling_group.cli.spec_options import TakesEntrypoint, spec_from_flags, spec_options
from scaling_group.errors import ExitCode
from scaling_group.operations.applying import Signature
from scaling_group.operations.create import Create
from scaling_group.records import GroupView, Plan
from scaling_group.spec.warnings import ended_early, warnings_of


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
    print_warnings([*warnings_of(spec), *filter(None, [ended_early(spec, timeout)])])
    settings = load_settings(connection.settings(), connection.config)
    guard_of(settings)(spec, settings.environment)
    with progress() as report:
        session = open_session(connection, report)
        create = Create(spec, session.settings.environment, Signature(actor(), timeout, message))
        if dry_run.wanted:
            done: Plan | GroupView = create.plan(session.reader, session.cluster)
        else:
            done = create.run(session.reader, session.writer(), session.cluster, report)
    if isinstance(done, Plan):
        print_plan(done, output)
        return dry_run.code([done])
    print_group(done, output)
    return ExitCode.DONE
