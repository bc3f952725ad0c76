"""Take away the engine's lock of a stack that nobody holds any more."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Conflict
from scaling_group.operations.protocols import Locks
from scaling_group.spec.environment import EnvironmentSpec


@dataclass(frozen=True)
class Unlock:
    """force: take away a lock too whose owner may still live."""

    name: str
    environment: EnvironmentSpec
    force: bool = False

    def run(self, locks: Locks) -> list[str]:
        """Return the locks that were removed: who held each, where and since when.

        Raises Conflict where an owner may still live, or cannot be seen, and there is no `force`.
        """
        held = locks.held(self.environment.id, self.name)
        if held is None:
            return self._unseen(locks)
        living = [lock for lock in held if not lock.abandoned]
        if living and not self.force:
            raise Conflict(
                f"the lock of {self.name} may still be in use",
                detail="\n".join(f"held by {lock}" for lock in living),
                resolution="Wait until it ends. If its machine is gone, or you are sure: "
                f"scaling-group unlock --name={self.name} --force",
            )
        locks.release(self.environment.id, self.name, held)
        return [str(lock) for lock in held]

    def _unseen(self, locks: Locks) -> list[str]:
        if not self.force:
            raise Conflict(
                f"who holds the lock of {self.name} cannot be seen in this backend",
                resolution="If no command is changing the group, remove it: "
                f"scaling-group unlock --name={self.name} --force",
            )
        locks.release(self.environment.id, self.name, None)
        return ["whoever had it"]
