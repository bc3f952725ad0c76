"""What changes return: the view of a group with what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from scaling_group.records import GroupView
from scaling_group.spec.change import Change


class Updated(GroupView):
    """The group after an update."""

    _changes: ClassVar[Sequence[Change]] = ()
    _applied: ClassVar[bool] = True

    @classmethod
    def of(cls, view: GroupView, changes: Sequence[Change], *, applied: bool) -> Self:
        """Return the view with what the update did."""
        return cls.holding({**vars(view), "_changes": tuple(changes), "_applied": applied})

    @property
    def changes(self) -> Sequence[Change]:
        """What changed in the spec, field by field."""
        return self._changes

    @property
    def applied(self) -> bool:
        """Whether there was anything to do; without it there is no new revision."""
        return self._applied


class Deleted(GroupView):
    """A deleted group."""

    _purged: ClassVar[int] = 0

    @classmethod
    def of(cls, view: GroupView, purged: int) -> Self:
        """Return the view with how much of the history is gone."""
        return cls.holding({**vars(view), "_purged": purged})

    @property
    def purged(self) -> int:
        """How many operations its history had that is gone too; 0 where it stays."""
        return self._purged
