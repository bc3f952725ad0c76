"""How long an API server may be away while somebody waits."""

from __future__ import annotations

from scaling_group.errors import Unreachable
from scaling_group.operations.protocols import Report, Watch

#: How long an API server may be away before nobody waits for it any more.
PATIENCE_SECONDS = 120.0
AWAY = "the API server does not answer; retrying"


class Presence:
    """Whether the API server answers, for as long as that may be waited for.

    again: the verb and flags to go on with. state: what is known of the group all the same.
    """

    def __init__(self, watch: Watch, report: Report, again: str, state: str = "") -> None:
        self._watch = watch
        self._report = report
        self._again = again
        self._state = state
        self._away_since: float | None = None

    def current(self) -> bool:
        """Return whether what is known is current; raises Unreachable where it is not for too long."""
        trouble = self._watch.trouble
        if not trouble:
            self._away_since = None
            return self._watch.complete
        self._report(AWAY)
        now = self._watch.now()
        self._away_since = now if self._away_since is None else self._away_since
        if now - self._away_since >= PATIENCE_SECONDS:
            raise self.given_up(f"the API server has not answered for {PATIENCE_SECONDS:g} s", trouble)
        return False

    def given_up(self, message: str, why: str) -> Unreachable:
        """Return the error for an API server that stays away."""
        return Unreachable(
            message,
            detail="\n".join(filter(None, (why, self._state))),
            resolution=f"Continue with: scaling-group {self._again}",
        )
