"""Forget a group: its stack, its history, and what the engine kept for it."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Conflict
from scaling_group.operations.context import Context
from scaling_group.operations.lost import find_lost
from scaling_group.operations.observed import Origin, known_group
from scaling_group.operations.views import stored_view
from scaling_group.records import GroupView, Record, now


@dataclass(frozen=True)
class Purge:
    """Only a deleted group can be forgotten, and one whose objects are gone with their cluster.

    cluster_gone: the user says that the cluster of a group that is not where the settings lead is gone.
    """

    name: str
    cluster_gone: bool = False

    def run(self, context: Context) -> int:
        """Return how many history entries are gone; raises NotFound, Conflict for a live group."""
        with context.locked(self.name):
            group = known_group(context, self.name)
            if group.origin is not Origin.DELETED:
                raise Conflict(
                    f"{self.name} is not deleted",
                    resolution=f"Delete it first: scaling-group delete --name={self.name}",
                )
            return self._forget(context, group.record)

    def run_lost(self, context: Context) -> tuple[GroupView, int] | None:
        """Forget a live group whose namespace or cluster is gone; None for every other one.

        Its objects are left alone. Raises Conflict and Unreachable where they may still be somewhere.
        """
        with context.locked(self.name):
            lost = find_lost(context, self.name)
            if lost is None:
                return None
            lost.check_given_up(cluster_gone=self.cluster_gone)
            context.report(lost.warning)
            entries = self._forget(context, lost.record, force=True)
        return stored_view(lost.record.with_(deleted=now()), live=False), entries

    def _forget(self, context: Context, record: Record, *, force: bool = False) -> int:
        entries = len(context.reader.history(context.environment.id, self.name))
        context.report(f"removing the stack and the history of {self.name}")
        context.writer.remove(record, context.report, force=force)
        return entries
