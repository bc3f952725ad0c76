"""The names that a commit documents and people write: imports, settings, commands with their flags."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

PACKAGE = "scaling_group"
CODE_BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
SETTING = re.compile(r"^\| `([a-z_.]+)` \| `(SCALING_GROUP_[A-Z_]+)` \|", re.MULTILINE)
COMMAND = re.compile(r"^## scaling-group ([a-z]+)$.*?^Options:$(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
FLAG = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
#: Lines of a command's help that begin with a flag.
FLAG_LINE = re.compile(r"^  (-.*?)(?:  |$)", re.MULTILINE)


def names_of(checkout: Path) -> dict[str, Any]:
    """Return the names that the documentation and the programs of a checkout use."""
    docs, programs = checkout / "docs", checkout / "programs"
    pages = [checkout / "README.md", *sorted(docs.glob("*.md"))]
    blocks = [block for page in pages for block in CODE_BLOCK.findall(page.read_text())]
    code = [*blocks, *(file.read_text() for file in sorted(programs.rglob("*.py")))]
    return {
        "imports": _grouped(imports_of(code)),
        "settings": dict(SETTING.findall((docs / "settings.md").read_text())),
        "commands": dict(_commands((docs / "commands.md").read_text())),
    }


def imports_of(code: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield module and name of everything that is imported from the package."""
    for text in code:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE:
                yield from ((str(node.module), alias.name) for alias in node.names)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    known = sorted(set(pairs))
    return {module: [name for other, name in known if other == module] for module, _ in known}


def _commands(page: str) -> Iterator[tuple[str, list[str]]]:
    for verb, text in COMMAND.findall(page):
        yield verb, [flag for line in FLAG_LINE.findall(text) for flag in FLAG.findall(line)]
