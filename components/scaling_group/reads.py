"""What can be asked of a cluster beyond single objects: objects to follow, and lines of a log."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

#: In place of a namespace: all of them.
EVERYWHERE = "*"


#: What labels have to be: a value, one of several, or ANY_VALUE.
Labels = Mapping[str, str | tuple[str, ...]]
NO_LABELS: Labels = MappingProxyType({})
ANY_VALUE: tuple[str, ...] = ()
#: Values of a label that are named in one request, each with at most 63 characters of its URL.
MOST_NAMED = 50


def label_selector(labels: Labels) -> str:
    """Return labels as the API server takes them: `a=b,c in (d,e),f`.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
    """
    return ",".join(_requirement(key, value) for key, value in labels.items())


def _requirement(key: str, value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return f"{key}={value}"
    return key if value == ANY_VALUE else f"{key} in ({','.join(value)})"


class Selection(NamedTuple):
    """Objects of one kind in one namespace: the one of a name, or those with the labels.

    needed: whether nothing can be told without them; what is not needed and cannot be read is left out.
    """

    kind: str
    namespace: str
    name: str | None = None
    labels: Labels = NO_LABELS
    needed: bool = False

    def parameters(self) -> dict[str, str]:
        """Return the selection as query parameters of the API server."""
        chosen = {"fieldSelector": f"metadata.name={self.name}" if self.name else ""}
        chosen["labelSelector"] = label_selector(self.labels)
        return {key: value for key, value in chosen.items() if value}


class LogQuery(NamedTuple):
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
