"""scaling-group get"""

from __future__ import annotations

import sys

import click
import orjson

from scaling_group.cli.completion import revisions
from scaling_group.cli.echo import put, say
from scaling_group.cli.options import ConnectionFlags, connection_options, name_options, output_of
from scaling_group.cli.output import group_line, print_data, print_group, timestamp
from scaling_group.cli.session import connected, following
from scaling_group.errors import InvalidInput
from scaling_group.records import GroupView, now
from scaling_group.spec.documents import written


@click.command("get")
@name_options
@click.option(
    "--revision", type=int, metavar="N", shell_complete=revisions, help="Show what this revision applied."
)
@click.option("-w", "--watch", is_flag=True, help="Show it again whenever it changes, until Ctrl-C.")
@connection_options
@output_of("table", "json", "yaml", "name", "snapshot")
def command(
    name: str,
    revision: int | None,
    watch: bool,
    connection: ConnectionFlags,
    output: str,
) -> None:
    """Show a group: status, cause, spec, addresses and its objects in the cluster.

    -o snapshot writes everything that determines the status, for `scaling-group diagnose -f`. It holds no
    Secret, but plain variables, annotations and the last log lines: review it before you send it.
    """
    if watch and (revision is not None or output in ("name", "snapshot")):
        raise InvalidInput("--watch shows a group as it is now, as table, json or yaml")
    if watch:
        _watch(connection, name, output)
    elif revision is not None:
        _show_revision(connection, name, revision, output)
    else:
        _show(connection, name, output)


def _show(connection: ConnectionFlags, name: str, output: str) -> None:
    with connected(connection) as groups:
        found = groups.snapshot(name) if output == "snapshot" else groups.get(name)
    if isinstance(found, GroupView):
        print_group(found, output)
    else:
        print_data(found, "json")


def _show_revision(connection: ConnectionFlags, name: str, revision: int, output: str) -> None:
    with connected(connection) as groups:
        spec = groups.revision(name, revision)
    print_data(written(spec), output if output in ("json", "name") else "yaml", [name])


def _watch(connection: ConnectionFlags, name: str, output: str) -> None:
    """Draw anew on a terminal; elsewhere a line, or a document, for each change."""
    on_terminal = sys.stdout.isatty()
    last = ""
    for view in following(connection).watch(name):
        if output == "table" and on_terminal:
            click.clear()
            print_group(view, output)
        elif output == "table":
            line = group_line(view)
            if line != last:
                say(f"{timestamp(now())}  {line}")
            last = line
        elif output == "json":
            put(orjson.dumps(view.model_dump(mode="json")))
        else:
            put("---")
            print_data(view.model_dump(mode="json"), output)
