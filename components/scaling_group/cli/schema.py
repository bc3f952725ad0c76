"""scaling-group schema"""

from __future__ import annotations

import click

from scaling_group.cli.output import print_data
from scaling_group.cli.outputs import OUTPUTS, output_schema
from scaling_group.spec.schema import group_schema


@click.command("schema")
@click.option(
    "--of",
    "output",
    type=click.Choice(list(OUTPUTS)),
    help="What this command prints with -o json, what --dry-run prints (plan; plans of apply), or an error.",
)
def command(output: str | None) -> None:
    """Print the JSON Schema (2020-12) of a group's YAML, or of what commands print.

    Later versions may add fields to an output; existing fields keep their name and meaning.
    """
    print_data(output_schema(output) if output else group_schema(), "json")
