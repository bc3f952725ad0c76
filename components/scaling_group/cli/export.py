"""scaling-group export"""

from __future__ import annotations

import click

from scaling_group.cli.completion import group_names
from scaling_group.cli.options import ConnectionFlags, checked, connection_options, output_of, refuse
from scaling_group.cli.output import print_data, print_documents
from scaling_group.cli.session import connected
from scaling_group.errors import InvalidInput
from scaling_group.spec.names import check_service_name


@click.command("export")
@click.argument("names", metavar="[NAME…]", nargs=-1, shell_complete=group_names)
@click.option("--all", "every", is_flag=True, help="Every live group of the environment.")
@connection_options
@output_of("yaml", "json", "name")
def command(
    names: tuple[str, ...],
    every: bool,
    connection: ConnectionFlags,
    output: str,
) -> None:
    """Print groups as YAML, in the form that validate and render read."""
    if bool(names) is every:
        raise InvalidInput("name the groups to export, or give --all")
    refuse(checked([("NAME", name) for name in names], check_service_name))
    with connected(connection) as groups:
        found = groups.export(*names)
    if output != "yaml":
        print_data(found, output, [str(group["name"]) for group in found])
    elif found:
        print_documents(found)
