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
from scaling_group.errors import ExitCode, InvalidInput
from scaling_group.records import now


@click.command("get")
@name_options
@click.option(
    "--revision", type=int, metavar="N", shell_complete=revisions, help="Show what this revision applied."
)
@click.option("--probe", is_flag=True, help="Ask its URLs once. The exit code is 1 if one does not answer.")
@click.option("--with-env", is_flag=True, help="With -o snapshot: keep the plain values of variables.")
@click.option("-w", "--watch", is_flag=True, help="Show it again whenever it changes, until Ctrl-C.")
@connection_options
@output_of("table", "json", "yaml", "name", "snapshot")
def command(
    name: str,
    revision: int | None,
    probe: bool,
    with_env: bool,
    watch: bool,
    connection: ConnectionFlags,
    output: str,
) -> int:
    """Show a group: status, cause, spec, addresses and its objects in the cluster.

    -o snapshot writes everything that determines the status, for `scaling-group diagnose -f`. It holds no
    Secret and no values of variables, but annotations, commands and the last log lines: review it before you
    send it.
    """
    if with_env and output != "snapshot":
        raise InvalidInput("--with-env is for -o snapshot; the spec always shows its variables")
    if probe and (watch or revision is not None or output in ("name", "snapshot")):
        raise InvalidInput(
            "--probe asks the URL as it is now; use table, json or yaml, without --watch or --revision"
        )
    if watch and (revision is not None or output in ("name", "snapshot")):
        raise InvalidInput("--watch shows a group as it is now, as table, json or yaml")
    if watch:
        _watch(connection, name, output)
    elif revision is not None:
        _show_revision(connection, name, revision, output)
    elif output == "snapshot":
        _write_snapshot(connection, name, with_env=with_env)
    else:
        with connected(connection) as groups:
            found = groups.get(name, probe=probe)
        print_group(found, output)
        return ExitCode.DONE if found.answers_everywhere else ExitCode.FAILED
    return ExitCode.DONE


def _write_snapshot(connection: ConnectionFlags, name: str, *, with_env: bool) -> None:
    with connected(connection) as groups:
        snapshot = groups.snapshot(name, with_env=with_env)
    print_data(snapshot, "json")
    for line in snapshot["about"]:
        say(line, err=True)


def _show_revision(connection: ConnectionFlags, name: str, revision: int, output: str) -> None:
    from scaling_group.spec.documents import written

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
