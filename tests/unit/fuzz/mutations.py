"""Data that is nearly what a door expects: a seed of the corpus with some of its parts replaced."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

CORPUS = Path(__file__).parent / "corpus"
#: What has been found to confuse readers: numbers at their ends, names that are paths, texts that act.
ODD = [
    None,
    True,
    0,
    -1,
    2**63,
    1e308,
    "",
    "x",
    "../../x",
    "*",
    "\0",
    "\x1b[2J",
    "a\nb",
    "é" * 300,
    [],
    {},
    [[]],
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.sampled_from(ODD)
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda deeper: st.lists(deeper, max_size=3) | st.dictionaries(TEXTS, deeper, max_size=3),
    max_leaves=8,
)


def seed(name: str) -> Any:
    return json.loads((CORPUS / name).read_text(encoding="utf-8"))


def mutated(*seeds: Any) -> st.SearchStrategy[Any]:
    """Return a seed with up to four of its parts replaced by anything, or left out."""
    return st.builds(
        _changed,
        st.sampled_from(seeds),
        st.lists(st.tuples(st.integers(0), JSON | st.just(LEFT_OUT)), max_size=4),
    )


#: Stands for a part that is taken away.
LEFT_OUT = object()


def _changed(origin: Any, changes: list[tuple[int, Any]]) -> Any:
    data = copy.deepcopy(origin)
    for at, value in changes:
        places = list(_places(data))
        if places:
            holder, key = places[at % len(places)]
            if value is LEFT_OUT:
                del holder[key]
            else:
                holder[key] = copy.deepcopy(value)
    return data


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    items = (
        list(data.items())
        if isinstance(data, dict)
        else list(enumerate(data))
        if isinstance(data, list)
        else []
    )
    for key, value in items:
        yield data, key
        yield from _places(value)
