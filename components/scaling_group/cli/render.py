"""scaling-group render"""

from __future__ import annotations

from typing import Any

import click

from scaling_group.cli.options import ConnectionFlags, connection_options, output_of
from scaling_group.cli.output import print_data, print_documents, print_warnings
from scaling_group.cli.session import following
from scaling_group.cli.spec_options import TakesEntrypoint, documents_from, spec_from_flags, spec_options
from scaling_group.errors import InvalidInput
from scaling_group.spec.documents import specs_of
from scaling_group.spec.warnings import warnings_of


@click.command("render", cls=TakesEntrypoint)
@click.option("-f", "--filename", "files", metavar="FILE", multiple=True, help="File, folder or -.")
@spec_options
@connection_options
@output_of("yaml", "json", "name")
def command(
    files: tuple[str, ...],
    connection: ConnectionFlags,
    output: str,
    **given: Any,
) -> None:
    """Print the Kubernetes objects of groups, without a cluster and without the engine.

    They are what create applies; the id is one that a Pulumi program would compute.
    """
    if files and any(value not in (None, ()) for value in given.values()):
        raise InvalidInput("-f and the flags of a group exclude each other")
    groups = following(connection)
    if files:
        documents = documents_from(files)
        specs, items = specs_of(documents), groups.render(documents)
    else:
        specs = [spec_from_flags(given)]
        items = groups.render(specs)
    print_warnings([f"{spec.name}: {warning}" for spec in specs for warning in warnings_of(spec)])
    if output != "yaml":
        names = [f"{item['kind']}/{item['metadata']['name']}" for item in items]
        print_data({"apiVersion": "v1", "kind": "List", "items": items}, output, names)
    else:
        print_documents(items)
