"""scaling-group wait"""

from __future__ import annotations

from typing import Literal

import click

from scaling_group.cli.echo import say
from scaling_group.cli.options import (
    DEFAULT_TIMEOUT,
    ConnectionFlags,
    Duration,
    connection_options,
    name_options,
    output_option,
)
from scaling_group.cli.output import print_group
from scaling_group.cli.session import connected

Goal = Literal["available", "deleted"]
GOALS: tuple[Goal, ...] = ("available", "deleted")


@click.command("wait")
@name_options
@click.option(
    "--for",
    "goal",
    type=click.Choice(GOALS),
    default=GOALS[0],
    show_default=True,
    help="What to wait for.",
)
@click.option(
    "--timeout", type=Duration(), default=DEFAULT_TIMEOUT, show_default=True, help="How long to wait."
)
@connection_options
@output_option
def command(name: str, goal: Goal, timeout: float, connection: ConnectionFlags, output: str) -> None:
    """Wait until a group is available, or until its objects and pods are gone.

    Exit code 0 when the condition is met; 1 as soon as it is known that it will not be met; 3 for a name that
    does not exist.
    """
    with connected(connection) as groups:
        view = groups.wait(name, until=goal, timeout=timeout)
    if output == "table" and goal == "deleted":
        say(f"{name} is gone")
    else:
        print_group(view, output)
