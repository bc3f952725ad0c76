"""scaling-group env"""

from __future__ import annotations

import os
import shlex

import click

from scaling_group.cli.echo import put
from scaling_group.cli.options import ConnectionFlags, connection_options
from scaling_group.engine.backend import PASSPHRASE_FILE, URL, choose_backend
from scaling_group.settings.found import load_settings


@click.command("env")
@connection_options
def command(connection: ConnectionFlags) -> None:
    """Print the variables that point pulumi at the state that these commands use, for a shell to evaluate.

    Variables that are already set are not printed.
    """
    settings = load_settings(connection.settings(), connection.config)
    given = choose_backend(settings.data_dir).variables
    for name in (URL, PASSPHRASE_FILE):
        if name in given and not os.environ.get(name):
            put(f"export {name}={shlex.quote(given[name])}")
