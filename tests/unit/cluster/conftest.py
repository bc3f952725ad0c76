from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.unit.cluster.answering import Server


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        # Half a second by default, which every test would wait at its end.
        often = {"poll_interval": 0.01}
        threading.Thread(target=running.serve_forever, kwargs=often, daemon=True).start()
        yield running
        running.shutdown()
