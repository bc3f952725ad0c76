"""scaling-group list"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from scaling_group.cli.echo import say
from scaling_group.cli.options import ConnectionFlags, connection_options, output_of
from scaling_group.cli.output import print_groups
from scaling_group.cli.session import connected
from scaling_group.errors import InvalidInput
from scaling_group.records import GroupView, Status

SORT_KEYS: dict[str, Callable[[GroupView], str]] = {
    "name": lambda view: view.name,
    "status": lambda view: view.status.value,
    "created": lambda view: str(view.created),
    "image": lambda view: view.image,
}


@click.command("list")
@click.option("--include-deleted", is_flag=True, help="Show deleted groups too.")
@click.option("-l", "--selector", metavar="K=V,…", multiple=True, help="Only groups with these tags.")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice([status.value for status in Status], case_sensitive=False),
    help="Only groups in this status; may be repeated.",
)
@click.option("--sort", type=click.Choice(list(SORT_KEYS)), help="Order of the groups.  [default: name]")
@click.option("--no-headers", is_flag=True, help="Print no heading.")
@click.option(
    "-A", "--all-namespaces", "everywhere", is_flag=True, help="Groups of every namespace, of programs too."
)
@connection_options
@output_of("table", "wide", "json", "yaml", "name")
def command(
    include_deleted: bool,
    selector: tuple[str, ...],
    statuses: tuple[str, ...],
    sort: str | None,
    no_headers: bool,
    everywhere: bool,
    connection: ConnectionFlags,
    output: str,
) -> None:
    """List the groups of an environment with status, replicas (ready/desired) and URL.

    --namespace shows only the groups of that namespace. -o wide shows every column, even if the terminal is
    too narrow.
    """
    if everywhere and connection.namespace:
        raise InvalidInput("--all-namespaces shows every namespace, and --namespace names one")
    wanted = _tags(selector)
    with connected(connection) as groups:
        views = groups.list(
            include_deleted=include_deleted, namespace=connection.namespace, all_namespaces=everywhere
        )
    chosen = views.where(status=statuses)
    for key, value in wanted:
        chosen = chosen.where(tags={key: value})
    if sort:
        chosen.sort(key=SORT_KEYS[sort])
    elsewhere = everywhere or len({view.namespace for view in chosen}) > 1
    print_groups(chosen, output, heading=not no_headers, namespaces=elsewhere)
    if not chosen and output in ("table", "wide"):
        _say_none(groups.environment.id, connection.namespace, bool(views))


def _say_none(environment: str, namespace: str | None, others: bool) -> None:
    where = f"environment {environment}{f', namespace {namespace}' if namespace else ''}"
    say(f"no groups in {where}{' are as asked for' if others else ''}", err=True)


def _tags(selector: Sequence[str]) -> list[tuple[str, str | None]]:
    """Return the tags that are asked for; a key without a value asks for the tag alone."""
    parts = [part for text in selector for part in text.split(",")]
    if any(not part or part.startswith("=") for part in parts):
        raise InvalidInput(f"{','.join(selector)!r} names no tag; write key=value or key")
    pairs = [part.partition("=") for part in parts]
    return [(key, value if equals else None) for key, equals, value in pairs]
