"""Forget a deleted group: its stack, its history, and what the engine kept for it."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Conflict
from scaling_group.naming import stack_name
from scaling_group.operations.get import Origin, known_record
from scaling_group.operations.protocols import ClusterReader, Reader, Report, Writer
from scaling_group.spec.environment import EnvironmentSpec


@dataclass(frozen=True)
class Purge:
    """Only a deleted group can be forgotten."""

    name: str
    environment: EnvironmentSpec

    def run(self, reader: Reader, writer: Writer, cluster: ClusterReader, report: Report) -> int:
        """Return how many history entries are gone; raises NotFound, Conflict for a live group."""
        stack = stack_name(self.environment.id, self.name)
        with writer.locked(stack):
            state = reader.read(self.environment.id, self.name)
            record, origin = known_record(state, cluster, self.environment, self.name)
            if origin is not Origin.DELETED:
                raise Conflict(
                    f"{self.name} is not deleted",
                    resolution=f"Delete it first: scaling-group delete --name={self.name}",
                )
            entries = len(reader.history(self.environment.id, self.name))
            report(f"removing the stack and the history of {self.name}")
            writer.remove(record, report)
        return entries
