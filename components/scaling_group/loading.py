"""Modules that are loaded when they are used, and not when they are imported."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType


def load_when_used(*names: str) -> None:
    """Load modules when something in them is read, if they are imported from now on.

    For what a package imports by itself (`import a.b`, `from a import b`) and this process does without.
    Names that a later version no longer has do no harm.
    """
    sys.meta_path.insert(0, _WhenUsed(names))


class _WhenUsed:
    """Makes the standard library's lazy modules of some names, whoever imports them.

    https://docs.python.org/3/library/importlib.html#implementing-lazy-imports
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name in self._names else None
        if spec and spec.loader:
            spec.loader = LazyLoader(spec.loader)
        return spec
