"""What every fast test has."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.unit.cluster.certificates import certificate


@pytest.fixture(scope="session", autouse=True)
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One authority in place of the machine's: to read all of those takes 50 ms for each client."""
    with pytest.MonkeyPatch.context() as patch:
        file = certificate(tmp_path_factory.mktemp("authority") / "ca.pem", "nobody.test")
        patch.setenv("SSL_CERT_FILE", str(file))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_cloud() -> Iterator[None]:
    """Nobody's credentials: with some a fast test would ask a real bucket."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("AWS_", "AZURE_", "GOOGLE_", "PG"))]:
            patch.delenv(name)
        yield
