"""What a cause is, and what is found of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True)
class Cause:
    """A kind of trouble. category is stable; meaning and fix are what its documentation says.

    symptom: it follows from something else, so that it is told last. note: the group serves all the same, so
    that its status is none the worse for it. source: where the words and rules
    come from. example: a sentence that it was told with. hopeless: from when on waiting is in vain, empty
    where it may always help.
    """

    category: str
    meaning: str
    fix: str
    symptom: bool = False
    source: str = ""
    example: str = ""
    hopeless: str = ""
    note: bool = False

    @property
    def advice(self) -> str:
        """The fix without the marks of its documentation."""
        return self.fix.replace("`", "")


class Explanation(NamedTuple):
    """What a message was understood as. terminal: whether no waiting heals it. alike: as of Finding."""

    cause: Cause
    said: str
    resolution: str
    terminal: bool = False
    alike: str = ""


@dataclass(frozen=True)
class Finding:
    """One cause in one object. Findings that say the same of many pods become one diagnosis.

    said: a sentence without its subject's count, with the concrete values. terminal: whether no waiting
    heals it, as far as this object tells. pod: the name of the pod that it is about, empty for others;
    count: how many replicas it is about, where they have no pods. heals: waiting is right, so that a
    rollout that is out of time has not failed. alike: what pods whose words differ share, where they are
    to be told as one. times: how often it was tried. lasts: whether to say for how long so far.
    """

    cause: Cause
    said: str
    resolution: str
    detail: str = ""
    terminal: bool = False
    since: datetime | None = None
    pod: str = ""
    count: int = 0
    heals: bool = False
    alike: str = ""
    times: int = 0
    lasts: bool = False
