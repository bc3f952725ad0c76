"""Who is told what happens."""

from __future__ import annotations

from collections.abc import Callable

from scaling_group.operations.protocols import WARNING

__all__ = ["WARNING", "OnProgress"]

#: Told what happens, in a sentence each time; what begins with WARNING deserves a second look.
OnProgress = Callable[[str], None]
