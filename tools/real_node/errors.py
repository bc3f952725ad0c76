"""What keeps the real node from being tried; what fails on a machine that can is a ClusterError."""

from __future__ import annotations

#: As test runners of other projects have it: neither passed nor failed.
CANNOT_RUN = 77


class CannotRun(Exception):
    """This machine cannot have a real node; the message says what is missing."""
