"""An object of a cluster with what was applied to make it, as a stack holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class AppliedObject:
    """manager: the field manager under whose name it was applied. live: the object as it is."""

    manifest: dict[str, Any]
    live: dict[str, Any]
    manager: str
