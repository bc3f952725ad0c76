"""Tables for people."""

from __future__ import annotations

from collections.abc import Sequence

import click

#: Wide enough that nothing is ever cut where no terminal says how much room there is.
UNBOUNDED = 10_000
GAP = "  "
#: Columns of sentences, which can be folded between words.
PROSE = ("REASON", "MESSAGE", "CHANGE")
#: Narrower than this nobody reads a sentence.
NARROWEST = 20


def aligned(
    titles: Sequence[str], rows: Sequence[Sequence[str]], width: int | None, *, heading: bool
) -> list[str] | None:
    """Return the lines of a table whose cells are plain text and fit, None for any other.

    width: of the terminal, None where there is none. A library that can fold and knows how wide every
    character is takes a second for a thousand rows; this takes milliseconds.
    """
    shown = [titles, *rows] if heading else rows
    if not all(cell.isascii() and cell.isprintable() for row in shown for cell in row):
        return None
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    if width is not None and sum(widths) + len(GAP) * (len(widths) - 1) > width:
        return None
    lines = [GAP.join(map(str.ljust, row, widths)).rstrip() for row in shown]
    if heading and width is not None:
        lines[0] = click.style(lines[0], bold=True)
    return lines


def folded(
    titles: Sequence[str], rows: Sequence[Sequence[str]], width: int | None, *, heading: bool
) -> list[str]:
    """Return the lines of any table; where it is wider than the terminal, prose is folded.

    Everything else are names and addresses, which people copy as they are: where they alone are too
    wide, the terminal has to break the lines.
    """
    from rich.console import Console
    from rich.table import Table

    width = width if width is not None and _least(titles, rows) <= width else None
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=heading)
    for title in titles:
        table.add_column(title, overflow="fold", no_wrap=width is None or title not in PROSE)
    for row in rows:
        table.add_row(*row)
    console = Console(width=UNBOUNDED if width is None else width, highlight=False, markup=False)
    with console.capture() as printed:
        console.print(table, soft_wrap=width is None)
    # The last column is padded too; nobody wants the blanks.
    return [line.rstrip() for line in printed.get().splitlines()]


def _least(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Return how wide the table is at least, its prose folded."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(titles, *rows, strict=True)]
    least = [
        min(width, NARROWEST) if title in PROSE else width
        for title, width in zip(titles, widths, strict=True)
    ]
    return sum(least) + len(GAP) * (len(least) - 1)
