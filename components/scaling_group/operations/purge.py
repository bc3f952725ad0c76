"""Forget a deleted group: its stack, its history, and what the engine kept for it."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Conflict
from scaling_group.operations.context import Context
from scaling_group.operations.observed import Origin, known_group


@dataclass(frozen=True)
class Purge:
    """Only a deleted group can be forgotten."""

    name: str

    def run(self, context: Context) -> int:
        """Return how many history entries are gone; raises NotFound, Conflict for a live group."""
        with context.locked(self.name) as writer:
            group = known_group(context, self.name)
            if group.origin is not Origin.DELETED:
                raise Conflict(
                    f"{self.name} is not deleted",
                    resolution=f"Delete it first: scaling-group delete --name={self.name}",
                )
            entries = len(context.reader.history(context.environment.id, self.name))
            context.report(f"removing the stack and the history of {self.name}")
            writer.remove(group.record, context.report)
        return entries
