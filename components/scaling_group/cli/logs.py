"""scaling-group logs"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from scaling_group.cli.echo import put, say
from scaling_group.cli.options import ConnectionFlags, Duration, connection_options, name_options
from scaling_group.cli.session import following
from scaling_group.errors import InvalidInput

if TYPE_CHECKING:
    from scaling_group.client.results import LogLine

#: In turn for each replica; red is for errors.
COLOURS = ("cyan", "green", "yellow", "magenta", "blue")


@click.command("logs")
@name_options
@click.option("-f", "--follow", is_flag=True, help="Keep printing new lines, also from new pods.")
@click.option("-p", "--previous", is_flag=True, help="Logs of the run before the last restart.")
@click.option(
    "--replica", metavar="N", help="Only this replica: its name, or its number in order of names, from 0."
)
@click.option("--since", type=Duration(), help="Only lines newer than this, for example 10m.")
@click.option(
    "--tail", type=click.IntRange(0), metavar="LINES", help="Only the last N lines of each replica."
)
@connection_options
def command(
    name: str,
    follow: bool,
    previous: bool,
    replica: str | None,
    since: float | None,
    tail: int | None,
    connection: ConnectionFlags,
) -> None:
    """Print the logs of a group's replicas, by time, each line after the name of its pod.

    With --replica there are no names, only the log. To a terminal control characters are escaped, to a
    pipe or a file lines are as they were written.
    """
    if follow and previous:
        raise InvalidInput("--previous is of a run that has ended; nothing follows")
    found = following(connection).logs(
        name, follow=follow, previous=previous, replica=replica, since=since, tail=tail
    )
    _print(found, named=replica is None)


def _print(found: Iterable[LogLine], *, named: bool) -> None:
    """Print lines: to a terminal as text that does nothing there, to a pipe or a file as they are."""
    on_terminal = sys.stdout.isatty()
    colours: dict[str, str] = {}
    for line in found:
        name = f"{line.pod} | " if named else ""
        if not on_terminal:
            put(f"{name}{line.text}")
            continue
        colour = colours.setdefault(line.pod, COLOURS[len(colours) % len(COLOURS)])
        say(line.text, before=click.style(name, fg=colour) if name else "", tabs=True)
