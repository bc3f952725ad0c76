"""scaling-group env"""

from __future__ import annotations

import os
import shlex

import click

from scaling_group.cli.echo import put
from scaling_group.cli.options import ConnectionFlags, connection_options
from scaling_group.cli.progress import lines
from scaling_group.cli.session import following
from scaling_group.client.progress import WARNING
from scaling_group.masking import masked


@click.command("env")
@connection_options
def command(connection: ConnectionFlags) -> None:
    """Print the variables that point pulumi at the state that these commands use, for a shell to evaluate.

    Variables that are already set are not printed, and no URL that holds a password.
    """
    for name, value in following(connection).engine_variables().items():
        if os.environ.get(name):
            continue
        if masked(value) == value:
            put(f"export {name}={shlex.quote(value)}")
        else:
            lines()(f"{WARNING}{name} is not printed: it holds a password. Set it yourself.")
