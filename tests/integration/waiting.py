"""Waiting for what has to become true, however long a machine takes."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import TypeVar

import pytest

from tools.local_cluster.cluster import LocalCluster
from tools.local_cluster.objects import DEFAULT_ACCOUNT_PATH

#: Far longer than anything takes: it ends a test that hangs, and decides nothing else.
HANGS_SECONDS = 300.0
POLL_SECONDS = 0.1

Eventually = Callable[[Callable[[], bool]], None]
Seen = TypeVar("Seen")


def wait_until(condition: Callable[[], bool]) -> None:
    """Return once it is true; fail where it does not become so."""
    wait_for(condition, bool)


def wait_for(look: Callable[[], Seen], is_wanted: Callable[[Seen], object]) -> Seen:
    """Return the first of what is seen that is wanted: seen once more, it may be something else."""
    end = time.monotonic() + HANGS_SECONDS
    while not is_wanted(seen := look()):
        if time.monotonic() > end:
            pytest.fail(f"not within {HANGS_SECONDS:.0f} s; the last was {seen}")
        time.sleep(POLL_SECONDS)
    return seen


def new_namespace(cluster: LocalCluster, name: str = "") -> str:
    """Make a namespace that is usable for pods, and return its name."""
    name = name or f"t-{uuid.uuid4().hex[:8]}"
    cluster.api.create("/api/v1/namespaces", {"metadata": {"name": name}})
    wait_until(lambda: cluster.api.get(DEFAULT_ACCOUNT_PATH.format(name)) is not None)
    return name
