"""scaling-group schema"""

from __future__ import annotations

import click

from scaling_group.cli.output import print_data
from scaling_group.spec.schema import group_schema


@click.command("schema")
def command() -> None:
    """Print the JSON Schema (2020-12) of a group's YAML, for editors."""
    print_data(group_schema(), "json")
