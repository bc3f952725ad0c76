"""Events: what was said of an object, how often and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scaling_group.rollout.fields import Object, instant, message, number, part, text


@dataclass(frozen=True)
class Event:
    """What was said of an object, how often and when last.

    container: the one of a pod that it is about, empty where it names none.
    """

    reason: str
    message: str
    count: int
    first: datetime | None
    last: datetime | None
    container: str = ""

    @staticmethod
    def of(found: Object) -> Event:
        at = instant(found, "eventTime") or instant(found, "metadata", "creationTimestamp")
        series = part(found, "series")
        about = part(found, "involvedObject") or part(found, "regarding")
        return Event(
            text(found, "reason"),
            message(found, "message") or message(found, "note"),
            number(found, "count") or number(series, "count") or number(found, "deprecatedCount") or 1,
            instant(found, "firstTimestamp") or instant(found, "deprecatedFirstTimestamp") or at,
            instant(found, "lastTimestamp")
            or instant(series, "lastObservedTime")
            or instant(found, "deprecatedLastTimestamp")
            or at,
            _container(text(about, "fieldPath")),
        )

    def is_of(self, container: str) -> bool:
        """Return whether it may be about a container; one that names none may be about any."""
        return not container or self.container in ("", container)


def _container(path: str) -> str:
    """Return the container of a path like `spec.containers{main}`."""
    _, brace, name = path.partition("{")
    return name.removesuffix("}") if brace else ""
