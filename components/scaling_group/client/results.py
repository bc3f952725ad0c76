"""What the client returns in numbers: lists that a notebook shows as tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self

from scaling_group.client.arguments import checked_statuses
from scaling_group.records import GroupView
from scaling_group.shown import COLUMNS, html_table
from scaling_group.spec.change import Change

if TYPE_CHECKING:
    from scaling_group.engine.locks import Lock
    from scaling_group.operations.apply import Applied
    from scaling_group.operations.log_following import LogLine
    from scaling_group.reports import HistoryEntry
    from scaling_group.tree import EventView

__all__ = [
    "Applied",
    "AppliedGroups",
    "Changes",
    "Events",
    "GroupList",
    "History",
    "Lock",
    "LogLine",
]


class GroupList(list[GroupView]):
    """Groups by name; a notebook shows a table."""

    def where(self, tags: Mapping[str, str | None] | None = None, status: Collection[str] = ()) -> Self:
        """Return the groups that have all these tags (None: any value) and one of these statuses."""
        wanted = checked_statuses(status)
        chosen = (view for view in self if not wanted or view.status in wanted)
        return type(self)(view for view in chosen if _has(view, tags or {}))

    def _repr_html_(self) -> str:
        return html_table(tuple(COLUMNS), [[cell(view) for cell in COLUMNS.values()] for view in self])


def _has(view: GroupView, tags: Mapping[str, str | None]) -> bool:
    held = view.spec.tags
    return all(key in held and value in (None, held[key]) for key, value in tags.items())


class History(list["HistoryEntry"]):
    """Operations, the newest first; a notebook shows a table."""

    def _repr_html_(self) -> str:
        heading = ("Revision", "Time", "Name", "Action", "Result", "Available", "By", "Change", "Message")
        return html_table(heading, map(_entry, self))


class Changes(list[Change]):
    """What differs, field by field; a notebook shows a table."""

    def _repr_html_(self) -> str:
        return html_table(("Change",), [(str(change),) for change in self])


class Events(list["EventView"]):
    """Events, the oldest first; a notebook shows a table."""

    def _repr_html_(self) -> str:
        heading = ("Last seen", "Count", "Type", "Reason", "Object", "Message")
        rows = [(_time(e.time), str(e.count), e.type, e.reason, e.object, e.message) for e in self]
        return html_table(heading, rows)


class AppliedGroups(list["Applied"]):
    """How each group of an apply ended; a notebook shows a table."""

    def _repr_html_(self) -> str:
        return html_table(("Name", "Action", "Status", "URL", "Error"), map(_applied, self))


def _applied(group: Applied) -> Sequence[str]:
    view, error = group.view, group.error
    ended = (view.status, view.url, "") if view else ("", "", str(error or ""))
    return (group.name, group.step, *ended)


def _time(time: datetime | None) -> str:
    return time.isoformat() if time else ""


def _entry(entry: HistoryEntry) -> Sequence[str]:
    return (
        str(entry.revision),
        _time(entry.time),
        entry.name,
        entry.action or "",
        entry.result,
        "yes" if entry.available else "",
        entry.actor,
        entry.change,
        entry.message,
    )
