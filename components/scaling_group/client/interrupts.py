"""Who asks to stop; a module of its own, since the command line hears signals before models are loaded."""

from __future__ import annotations

from scaling_group.operations.interrupts import Counting, Interrupts, uncounted

__all__ = ["Counting", "Interrupts", "uncounted"]
