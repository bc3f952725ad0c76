"""scaling-group create"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from pydantic_core import PydanticCustomError

from scaling_group.cli.options import connection_options, output_option, wait_options
from scaling_group.cli.output import print_group
from scaling_group.cli.progress import progress
from scaling_group.cli.session import actor, open_session
from scaling_group.errors import Fault, InvalidInput
from scaling_group.operations.create import Create
from scaling_group.spec.entrypoint import parse_entrypoint
from scaling_group.spec.group import GroupSpec, group_spec
from scaling_group.spec.tags import parse_tags


@click.command("create")
@click.option("--image", metavar="IMAGE", help="Container image: [registry/]path[:tag][@digest].")
@click.option("--name", metavar="NAME", help="Name of the group.")
@click.option("--port", metavar="PORT", help="Port that the container listens on, 1 to 65535.")
@click.option("--replicas", metavar="COUNT", help="Number of pods.  [default: 1]")
@click.option("--cpu", metavar="CORES", help="Cores per replica, for example 500m or 4.")
@click.option("--memory", metavar="BYTES", help="Memory per replica, for example 512Mi or 8Gi.")
@click.option("--gpu", metavar="TYPE:COUNT", help="GPUs per replica: type:count, count, or type.")
@click.option("--tags", metavar="K=V,…", multiple=True, help="Tags; may be repeated.")
@click.option("--entrypoint", metavar="ARG,…", multiple=True, help="Command in place of the image's.")
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


def spec_from_flags(given: dict[str, Any]) -> GroupSpec:
    """Return the spec of create's flags; raises InvalidInput with every fault, named by its flag."""
    values: dict[str, Any] = {key: value for key, value in given.items() if value not in (None, ())}
    faults = []
    for field, parse in (
        ("tags", lambda texts: parse_tags(",".join(texts))),
        ("entrypoint", parse_entrypoint),
    ):
        if field in values:
            try:
                values[field] = parse(values[field])
            except PydanticCustomError as error:
                faults.append(Fault(field, error.message()))
                del values[field]
    try:
        spec = group_spec(values)
    except InvalidInput as error:
        faults += error.faults
    if faults:
        raise InvalidInput("the flags are not valid:", [_named_by_flag(fault) for fault in faults])
    return spec


def _named_by_flag(fault: Fault) -> Fault:
    field, dot, rest = fault.field.partition(".")
    return Fault(f"--{field.replace('_', '-')}{dot}{rest}", fault.message)
