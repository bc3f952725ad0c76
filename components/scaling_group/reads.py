"""What can be asked of a cluster beyond single objects: objects to follow, and lines of a log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: In place of a namespace: all of them.
EVERYWHERE = "*"


@dataclass(frozen=True)
class Selection:
    """Objects of one kind in one namespace: the one of a name, or those with the labels.

    needed: whether nothing can be told without them; what is not needed and cannot be read is left out.
    """

    kind: str
    namespace: str
    name: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    needed: bool = False

    def parameters(self) -> dict[str, str]:
        """Return the selection as query parameters of the API server."""
        chosen = {"fieldSelector": f"metadata.name={self.name}" if self.name else ""}
        chosen["labelSelector"] = ",".join(f"{key}={value}" for key, value in self.labels.items())
        return {key: value for key, value in chosen.items() if value}


@dataclass(frozen=True)
class LogQuery:
    """Which lines of a container's log.

    previous: of the run before. since: of the last so many seconds. tail: at most so many, from the
    end. follow: go on with what is written. Every line begins with its time (RFC 3339) and a blank.
    """

    container: str
    previous: bool = False
    since: int | None = None
    tail: int | None = None
    follow: bool = False

    def parameters(self) -> dict[str, str]:
        """Return the query as parameters of the API server."""
        chosen = {"container": self.container, "timestamps": "true"}
        chosen |= {"previous": "true"} if self.previous else {}
        chosen |= {"follow": "true"} if self.follow else {}
        chosen |= {"sinceSeconds": str(self.since)} if self.since is not None else {}
        return chosen | ({"tailLines": str(self.tail)} if self.tail is not None else {})
