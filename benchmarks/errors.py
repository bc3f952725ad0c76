"""What ends a bench."""

from __future__ import annotations


class BenchError(Exception):
    """The bench cannot go on; the message says what happened and what to do."""
