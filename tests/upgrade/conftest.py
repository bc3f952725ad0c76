"""The cluster of the integration tests, and the recordings of what earlier commits have left."""

from __future__ import annotations

from tests.integration.conftest import cluster, commands, namespace, terminal, toolchain

__all__ = ["cluster", "commands", "namespace", "terminal", "toolchain"]
