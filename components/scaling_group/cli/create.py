"""scaling-group create"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scaling_group.cli.options import connection_options, output_option, wait_options
from scaling_group.cli.output import print_group, print_warnings
from scaling_group.cli.progress import progress
from scaling_group.cli.session import actor, open_session
from scaling_group.cli.spec_options import spec_from_flags, spec_options
from scaling_group.operations.create import Create
from scaling_group.spec.warnings import warnings_of


@click.command("create")
@spec_options
@connection_options
@wait_options
@output_option
def command(
    environment: str | None,
    namespace: str | None,
    context: str | None,
    config: Path | None,
    wait: bool,
    timeout: float,
    output: str,
    **given: Any,
) -> None:
    """Create a Deployment, a headless Service and an HTTPRoute, and wait until they serve.

    Omitted CPU is a request of 100m and a limit of 1, omitted memory 256Mi and 1Gi.
    """
    spec = spec_from_flags(given)
    print_warnings(warnings_of(spec))
    with progress() as report:
        session = open_session(
            environment=environment,
            namespace=namespace,
            context=context,
            config=config,
            announce=report,
        )
        create = Create(spec, session.settings.environment, actor(), timeout if wait else None)
        view = create.run(session.reader, session.writer(), session.cluster, report)
    print_group(view, output)
