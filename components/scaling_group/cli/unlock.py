"""scaling-group unlock"""

from __future__ import annotations

import click

from scaling_group.cli.confirm import agree, yes_option
from scaling_group.cli.echo import say
from scaling_group.cli.options import ConnectionFlags, connection_options, name_options, output_option
from scaling_group.cli.output import print_data
from scaling_group.cli.outputs import UnlockedOutput
from scaling_group.cli.session import connected, following


@click.command("unlock")
@name_options
@click.option("--force", is_flag=True, help="Also remove a lock whose owner may still be running.")
@yes_option
@connection_options
@output_option
def command(
    name: str,
    force: bool,
    yes: bool,
    connection: ConnectionFlags,
    output: str,
) -> None:
    """Remove the engine's lock on a group whose owner is gone, and report who held it.

    Commands automatically clear the locks left by killed runs on this machine.
    """
    if force and not yes:
        lost = f"the lock of {name} would be removed, whoever holds it,"
        agree(lambda: _question(name, connection), lost=lost)
    with connected(connection) as groups:
        removed = groups.unlock(name, force=force)
    if output != "table":
        unlocked = UnlockedOutput(name=name, removed=tuple(removed))
        print_data(unlocked.model_dump(mode="json"), output, [name])
    elif removed:
        for owner in removed:
            say(f"unlocked {name}: it was locked by {owner}")
    else:
        say(f"{name} is not locked")


def _question(name: str, connection: ConnectionFlags) -> str:
    held = following(connection).locks(name)
    owners = " and ".join(map(str, held or ())) or ("nobody" if held == [] else "somebody who cannot be seen")
    return (
        f"Remove the lock of {name}? It is held by {owners}. If that is still at work, two operations write "
        "over each other, and objects can be left that no state knows."
    )
