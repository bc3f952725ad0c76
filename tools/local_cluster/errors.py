"""The one error of this package."""

from __future__ import annotations


class ClusterError(Exception):
    """The local cluster cannot do what was asked; the message says why and what to do."""
