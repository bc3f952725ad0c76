"""Commands by the names that people's hands know from other tools."""

from __future__ import annotations

import click

from scaling_group.cli.echo import put
from scaling_group.errors import did_you_mean

#: Other names of commands.
ALIASES = {"ls": "list", "describe": "get"}
#: What does here what other tools have a command for.
ELSEWHERE = {
    "status": "get",
    "show": "get",
    "edit": "update",
    "set": "update",
    "rm": "delete",
    "remove": "delete",
    "destroy": "delete",
    "undelete": "restore",
    "undo": "rollback",
    "revisions": "history",
    "up": "apply",
    "ps": "get",
    "top": "get",
}


def not_known(name: str, known: list[str]) -> str:
    """Return the sentence for a command that does not exist, with what was likely meant."""
    if name in ELSEWHERE:
        return f"No such command {name!r}; use: scaling-group {ELSEWHERE[name]}"
    return f"No such command {name!r}.{did_you_mean(name, known)}"


@click.command("version")
@click.pass_context
def version(ctx: click.Context) -> None:
    """Print the version."""
    from importlib.metadata import version as version_of

    put(version_of("pulumi-scaling-group"))


@click.command("help")
@click.argument("names", metavar="[COMMAND]", nargs=-1)
@click.pass_context
def explain(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Print the help of the program, or of a command."""
    above = ctx.find_root()
    group = above.command
    if names and isinstance(group, click.Group):
        name, command, _ = group.resolve_command(above, list(names))
        if command:
            above = click.Context(command, info_name=name, parent=above)
    put(above.get_help())
