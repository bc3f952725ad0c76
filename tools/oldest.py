"""Print the oldest packages that pyproject.toml says the package works with, as requirements for pip."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
#: How dependencies are written there: a name and a lower bound first.
BOUND = re.compile(r"([A-Za-z0-9_-]+)>=([0-9.]+)(?:,.*)?")


def oldest(dependency: str) -> str:
    """Return the requirement of the lower bound: `click==8.2` of `click>=8.2,<9`."""
    bound = BOUND.fullmatch(dependency)
    if not bound:
        raise ValueError(f"{dependency!r} has no lower bound that comes first; write it like click>=8.2,<9")
    return f"{bound[1]}=={bound[2]}"


def main() -> None:
    """Print one requirement a line."""
    dependencies = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    print("\n".join(map(oldest, dependencies)))


if __name__ == "__main__":
    main()
