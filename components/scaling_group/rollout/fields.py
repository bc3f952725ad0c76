"""Fields of objects that may lack any part, or come from a file that somebody has edited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Object = Mapping[str, Any]
#: Characters of a message that are read. Kubernetes keeps 1 KiB of an event's, and 4 KiB of a process's
#: last words; what is longer is no sentence, and would only cost time.
LONGEST = 4096
#: What was read from JSON is known for a mapping much faster by its own type, which is looked at first.
MAPPINGS = (dict, Mapping)


def field(holder: Any, *keys: str) -> Any:
    """Return the value at a path of keys, None where the path ends early."""
    for key in keys:
        if not isinstance(holder, MAPPINGS):
            return None
        holder = holder.get(key)
    return holder


def part(holder: Any, *keys: str) -> Object:
    """Return the mapping at a path, empty where there is none."""
    found = field(holder, *keys)
    return found if isinstance(found, MAPPINGS) else {}


def parts(holder: Any, *keys: str) -> list[Object]:
    """Return the mappings of the list at a path, empty where there is none."""
    found = field(holder, *keys)
    return [item for item in found if isinstance(item, MAPPINGS)] if isinstance(found, list | tuple) else []


def texts(holder: Any, *keys: str) -> list[str]:
    """Return the texts of the list at a path."""
    found = field(holder, *keys)
    return [item for item in found if isinstance(item, str)] if isinstance(found, list | tuple) else []


def text(holder: Any, *keys: str) -> str:
    """Return the text at a path, empty where there is none."""
    found = field(holder, *keys)
    return found if isinstance(found, str) else ""


def message(holder: Any, *keys: str) -> str:
    """Return the text at a path that somebody has written for people: its beginning, where it is long."""
    return text(holder, *keys)[:LONGEST]


def number(holder: Any, *keys: str, default: int = 0) -> int:
    """Return the whole number at a path; the API server leaves out many that are 0."""
    found = field(holder, *keys)
    return found if isinstance(found, int) and not isinstance(found, bool) else default


def instant(holder: Any, *keys: str) -> datetime | None:
    """Return the time at a path, None where there is none that can be read; it has a zone."""
    try:
        found = datetime.fromisoformat(text(holder, *keys))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def name_of(found: Object) -> str:
    return text(found, "metadata", "name")


def labels_of(found: Object) -> Object:
    return part(found, "metadata", "labels")


def condition(holder: Any, kind: str) -> Object:
    """Return the condition of a type, empty where there is none."""
    return next((c for c in parts(holder, "conditions") if c.get("type") == kind), {})


def is_current(said: Any, holder: Any) -> bool:
    """Return whether a condition tells of its object as it is now, not of an earlier generation.

    One that names no generation counts, as of controllers that do not write it.
    https://gateway-api.sigs.k8s.io/reference/spec/#condition
    """
    generation = number(holder, "metadata", "generation")
    return bool(said) and number(said, "observedGeneration", default=generation) >= generation


def condition_text(said: Object) -> str:
    """Return a condition as evidence: `Accepted=False (PortUnavailable): no such port`."""
    told = f"{text(said, 'type')}={text(said, 'status')} ({text(said, 'reason')})"
    return ": ".join(filter(None, (told, text(said, "message"))))
