"""The fixtures of the tests on the real cluster."""

from tests.integration.conftest import cluster, commands, eventually, namespace, terminal, toolchain

__all__ = ["cluster", "commands", "eventually", "namespace", "terminal", "toolchain"]
