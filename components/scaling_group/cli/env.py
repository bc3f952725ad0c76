"""scaling-group env"""

from __future__ import annotations

import os
import shlex

import click

from scaling_group.cli.echo import put
from scaling_group.cli.options import ConnectionFlags, connection_options
from scaling_group.cli.session import following


@click.command("env")
@connection_options
def command(connection: ConnectionFlags) -> None:
    """Print the variables that point pulumi at the state that these commands use, for a shell to evaluate.

    Variables that are already set are not printed.
    """
    for name, value in following(connection).engine_variables().items():
        if not os.environ.get(name):
            put(f"export {name}={shlex.quote(value)}")
