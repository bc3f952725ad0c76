"""The table that `kubectl get events` prints, as Event objects: without UIDs, and without times, which it
gives as ages of an unknown moment.
https://kubernetes.io/docs/reference/kubectl/generated/kubectl_events/
"""

from __future__ import annotations

import re
from typing import Any

HEADINGS = ("LAST SEEN", "REASON", "OBJECT")
COLUMN = re.compile(r"\S+(?: \S+)*")
REPEATED = re.compile(r"\(x(\d{1,9}) over ")
#: Kinds whose events tell of a group, by what kubectl writes in front of a name.
KINDS = {
    "pod": "Pod",
    "replicaset": "ReplicaSet",
    "deployment": "Deployment",
    "service": "Service",
    "httproute": "HTTPRoute",
    "gateway": "Gateway",
    "node": "Node",
    "persistentvolumeclaim": "PersistentVolumeClaim",
    "horizontalpodautoscaler": "HorizontalPodAutoscaler",
}


def is_table(text: str) -> bool:
    """Return whether a text begins as the table does."""
    heading = text.lstrip().partition("\n")[0]
    return all(title in heading for title in HEADINGS)


def events_of(table: str) -> list[dict[str, Any]]:
    """Return the events of a table, by the place of its columns; a line without an object is none."""
    heading, *lines = table.lstrip().splitlines() or [""]
    starts = {found[0]: found.start() for found in COLUMN.finditer(heading)}
    found = (_event(_cells(line, starts), at) for at, line in enumerate(lines) if line.strip())
    return [event for event in found if event]


def _cells(line: str, starts: dict[str, int]) -> dict[str, str]:
    ends = [*list(starts.values())[1:], len(line)]
    return {title: line[start:end].strip() for (title, start), end in zip(starts.items(), ends, strict=True)}


def _event(cells: dict[str, str], at: int) -> dict[str, Any] | None:
    kind, _, name = cells.get("OBJECT", "").partition("/")
    if not name:
        return None
    told = REPEATED.search(cells.get("LAST SEEN", ""))
    counted = told[1] if told else cells.get("COUNT", "")
    about = {"kind": KINDS.get(kind, kind), "name": name}
    namespace = {"namespace": cells["NAMESPACE"]} if cells.get("NAMESPACE") else {}
    return {
        "kind": "Event",
        "metadata": {"name": f"{name}.{at}", **namespace},
        "involvedObject": {**about, **namespace},
        "type": cells.get("TYPE", ""),
        "reason": cells.get("REASON", ""),
        "message": cells.get("MESSAGE", ""),
        "count": int(counted) if counted.isdecimal() and len(counted) < 10 else 1,
    }
