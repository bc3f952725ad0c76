"""Who may take away whose lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from scaling_group.errors import Conflict
from scaling_group.operations.unlock import Unlock
from tests.unit.operations.fakes import ENVIRONMENT


@dataclass(frozen=True)
class FakeLock:
    owner: str
    abandoned: bool

    def __str__(self) -> str:
        return self.owner


@dataclass
class FakeLocks:
    """locks: None where the backend shows none."""

    locks: list[FakeLock] | None
    cancelled: list[tuple[str, str]] = field(default_factory=list)

    def held(self, environment: str, name: str) -> list[FakeLock] | None:
        return self.locks

    def release(self, environment: str, name: str, held: Sequence[FakeLock] | None) -> None:
        if self.locks is None:
            self.cancelled.append((environment, name))
        else:
            self.locks = [lock for lock in self.locks if lock not in (held or ())]


DEAD, ALIVE = FakeLock("me@here (pid 7) since then", True), FakeLock("ada@elsewhere (pid 8) since now", False)


def unlock(locks: FakeLocks, *, force: bool = False) -> list[str]:
    return Unlock("web", ENVIRONMENT, force).run(locks)


def test_the_lock_of_a_dead_process_is_removed_and_named():
    locks = FakeLocks([DEAD])

    assert unlock(locks) == [str(DEAD)]
    assert locks.locks == []


def test_no_lock_is_no_trouble():
    assert unlock(FakeLocks([])) == []


def test_a_lock_that_may_be_held_is_kept_and_its_owner_named():
    locks = FakeLocks([DEAD, ALIVE])

    with pytest.raises(Conflict, match="may still be in use") as raised:
        unlock(locks)

    assert raised.value.detail == f"held by {ALIVE}"
    assert locks.locks == [DEAD, ALIVE]


def test_force_removes_every_lock():
    locks = FakeLocks([DEAD, ALIVE])

    assert unlock(locks, force=True) == [str(DEAD), str(ALIVE)]
    assert locks.locks == []


def test_what_cannot_be_seen_is_cancelled_by_force_alone():
    locks = FakeLocks(None)

    with pytest.raises(Conflict, match="cannot be seen"):
        unlock(locks)
    assert locks.cancelled == []

    assert unlock(locks, force=True) == ["whoever had it"]
    assert locks.cancelled == [("abc123", "web")]
