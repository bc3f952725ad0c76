"""scaling-group gpus"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from scaling_group.cli.echo import say
from scaling_group.cli.options import ConnectionFlags, connection_options, output_of
from scaling_group.cli.output import print_data, print_rows
from scaling_group.cli.session import connected

if TYPE_CHECKING:
    from scaling_group.gpu_offer import GpuHolder, GpuOffer

TITLES = ("TYPE", "FREE", "TAKEN", "COUNT", "MEMORY", "PROFILE", "NODES", "TAKEN BY")
#: Nodes that are named where there is not room for all.
SHOWN_NODES = 3


@click.command("gpus")
@connection_options
@output_of("table", "wide", "json", "yaml", "name")
def command(connection: ConnectionFlags, output: str) -> None:
    """Show the GPUs that the cluster offers by type: free and taken, on which nodes, and who has them.

    TYPE is what --gpu takes. A type under another PROFILE than that of the settings is asked for by a count.
    -o wide names every node.
    """
    with connected(connection) as groups:
        offers = groups.gpus()
    print_offers(offers, output)


def print_offers(offers: Sequence[GpuOffer], output: str) -> None:
    """Print the GPUs on offer; what is not known is said on standard error."""
    if output not in ("table", "wide"):
        data = [offer.model_dump(mode="json") for offer in offers]
        print_data(data, output, [offer.type or offer.resource for offer in offers])
        return
    print_rows(TITLES, [_row(offer, wide=output == "wide") for offer in offers], bounded=False)
    if not offers:
        say("no node offers GPUs", err=True)
    elif any(offer.taken is None for offer in offers):
        say("who has them is unknown: this user may not list the pods of all namespaces", err=True)


def _row(offer: GpuOffer, *, wide: bool) -> list[str]:
    named = offer.type or f"any {offer.resource}"
    marks = [f"shared: {offer.shared}"] * bool(offer.shared) + ["dra"] * (offer.by == "dra")
    kind = f"{named} ({', '.join(marks)})" if marks else named
    return [
        kind,
        _number(offer.free),
        _number(offer.taken),
        str(offer.count),
        f"{offer.memory} GB" if offer.memory else "",
        offer.profile,
        _nodes(offer, wide=wide),
        ", ".join(map(_holder, offer.taken_by)),
    ]


def _number(count: int | None) -> str:
    return "?" if count is None else str(count)


def _nodes(offer: GpuOffer, *, wide: bool) -> str:
    names = [node.name or "(any)" for node in offer.nodes]
    shown = names if wide else names[:SHOWN_NODES]
    more = len(names) - len(shown)
    return ", ".join(_listed(shown, more))


def _listed(shown: Sequence[str], more: int) -> list[str]:
    return [*shown, f"{more} more"] if more else [*shown]


def _holder(of: GpuHolder) -> str:
    return f"{of.group or f'others in {of.namespace}'}: {of.count}"
