"""The client of a command, from its flags; what it reports is shown on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scaling_group.cli.options import ConnectionFlags
from scaling_group.cli.progress import lines, progress
from scaling_group.client.groups import ScalingGroups
from scaling_group.client.progress import OnProgress


@contextmanager
def connected(flags: ConnectionFlags) -> Iterator[ScalingGroups]:
    """Yield the client for what ends; on a terminal what it reports is a line that changes."""
    with progress() as report:
        yield client_of(flags, report)


def following(flags: ConnectionFlags) -> ScalingGroups:
    """Return the client for what has no end, or comes before a question; it reports in lines."""
    return client_of(flags, lines())


def client_of(flags: ConnectionFlags, report: OnProgress) -> ScalingGroups:
    """Return the client for a command's flags; nothing is contacted yet."""
    return ScalingGroups.from_settings(config=flags.config, on_progress=report, **flags.settings())
