"""scaling-group adopt"""

from __future__ import annotations

import click

from scaling_group.cli.confirm import agree, can_ask, yes_option
from scaling_group.cli.options import (
    ConnectionFlags,
    connection_options,
    message_option,
    name_options,
    output_option,
    wait_options,
    waiting,
)
from scaling_group.cli.output import print_group
from scaling_group.cli.session import connected, following
from scaling_group.errors import InvalidInput


@click.command("adopt")
@name_options
@message_option
@connection_options
@wait_options
@output_option
@yes_option
def command(
    name: str,
    message: str,
    connection: ConnectionFlags,
    timeout: float | None,
    output: str,
    yes: bool,
) -> None:
    """Bring a live group under this backend whose state is lost, or that another backend holds.

    It says which backend holds the group and who changed it last, and asks. The objects stay what they
    are, and no pod is restarted. Changes with the former backend are refused from then on; the history
    stays there.
    """
    if not yes:
        _ask(name, following(connection).owner(name))
    with connected(connection) as groups:
        view = groups.adopt(name, message=message, **waiting(timeout))
    print_group(view, output)


def _ask(name: str, owner: str) -> None:
    if not can_ask():
        raise InvalidInput(
            f"{name} would be taken from its owner, and there is no terminal to ask for confirmation",
            detail=owner,
            resolution="Pass --yes to confirm.",
        )
    agree(lambda: f"{owner} Changes with that backend are refused from then on. Adopt {name}?")
