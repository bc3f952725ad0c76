from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.unit.cluster.answering import Server


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()
