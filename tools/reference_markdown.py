"""What the reference pages are written with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
#: Lines by the name of their place in a page.
Blocks = Mapping[str, Iterable[str]]
#: What is made from the code stands between these comments; all else in a page is written by hand.
_BLOCK = re.compile(r"(?P<begin><!-- make docs: (?P<name>[a-z]+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL)


def filled(page: str, blocks: Blocks) -> str:
    """Return a page with the lines of its blocks.

    Raises:
        ValueError: the page has no place for a block, or a place for another one.
    """
    places = [found["name"] for found in _BLOCK.finditer(page)]
    if sorted(places) != sorted(blocks):
        raise ValueError(f"the page has the blocks {places}, and is to have {list(blocks)}")
    return _BLOCK.sub(lambda at: "\n".join((at["begin"], *blocks[at["name"]], "", at["end"])), page)


def table(heading: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a table; what is between backquotes is shown as it stands."""
    yield f"| {' | '.join(heading)} |"
    yield f"|{'---|' * len(heading)}"
    for row in rows:
        yield f"| {' | '.join(_cell(text) for text in row)} |"


def _cell(text: str) -> str:
    # Between backquotes everything is shown as it stands.
    shown = re.sub(r"`[^`]*`|<", lambda found: "&lt;" if found[0] == "<" else found[0], text)
    return shown.replace("|", "\\|")
