"""scaling-group events"""

from __future__ import annotations

import click

from scaling_group.cli.options import ConnectionFlags, connection_options, name_options, output_option
from scaling_group.cli.output import age, print_data, print_rows
from scaling_group.cli.session import connected
from scaling_group.tree import EventView

TITLES = ("LAST SEEN", "COUNT", "TYPE", "REASON", "OBJECT", "MESSAGE")


@click.command("events")
@name_options
@connection_options
@output_option
def command(name: str, connection: ConnectionFlags, output: str) -> None:
    """Show the events of a group's objects, the oldest first.

    A cluster keeps events for an hour.
    """
    with connected(connection) as groups:
        found = groups.events(name)
    if output != "table":
        data = [event.model_dump(mode="json") for event in found]
        print_data(data, output, dict.fromkeys(event.object for event in found))
    else:
        print_rows(TITLES, [_row(event) for event in found])


def _row(event: EventView) -> tuple[str, ...]:
    return (age(event.time), str(event.count), event.type, event.reason, event.object, event.message)
