"""Waiting for what has to become true, however long a machine takes."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import pytest

from tools.local_cluster.cluster import LocalCluster
from tools.local_cluster.objects import DEFAULT_ACCOUNT_PATH

#: Far longer than anything takes: it ends a test that hangs, and decides nothing else.
HANGS_SECONDS = 300.0
POLL_SECONDS = 0.1

Eventually = Callable[[Callable[[], bool]], None]


def wait_until(condition: Callable[[], bool]) -> None:
    """Return once it is true; fail where it does not become so."""
    end = time.monotonic() + HANGS_SECONDS
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"not within {HANGS_SECONDS:.0f} s")
        time.sleep(POLL_SECONDS)


def new_namespace(cluster: LocalCluster, name: str = "") -> str:
    """Make a namespace that is usable for pods, and return its name."""
    name = name or f"t-{uuid.uuid4().hex[:8]}"
    cluster.api.create("/api/v1/namespaces", {"metadata": {"name": name}})
    wait_until(lambda: cluster.api.get(DEFAULT_ACCOUNT_PATH.format(name)) is not None)
    return name
