"""The code that docs/python.md shows, by the heading that it stands under."""

from __future__ import annotations

import re

from tests.integration.terminal import ROOT

PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
#: What stands above the first heading.
FIRST = "The Python API"


def blocks(heading: str) -> list[str]:
    """Return the Python code below a heading, a block each."""
    parts = re.split(r"^#+ (.+)$", PAGE, flags=re.MULTILINE)
    below = dict(zip(parts[1::2], parts[2::2], strict=True))[heading]
    return re.findall(r"```python\n(.*?)```", below, re.DOTALL)
