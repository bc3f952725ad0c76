"""Lines of a container's log."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2

from scaling_group.cluster.answers import stream_lines
from scaling_group.cluster.kinds import path_of
from scaling_group.reads import LogQuery

#: Seconds after which a node that says nothing is taken for one that is away.
SILENCE = 5.0


def log_lines(http: httpx2.Client, namespace: str, pod: str, query: LogQuery) -> Iterator[str]:
    """Yield lines as they come; raises Refused, and httpx2.HTTPError where nobody answers."""
    path = path_of("Pod", namespace, pod, "log")
    # A program that writes nothing for hours is no broken connection.
    silence = None if query.follow else SILENCE
    with stream_lines(http, path, query.parameters(), silence) as (_, lines):
        yield from lines
