"""Results as a notebook shows them: HTML tables, in which text that comes from elsewhere does nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol


class Counts(Protocol):
    @property
    def ready(self) -> int: ...
    @property
    def desired(self) -> int: ...


class Autoscaler(Protocol):
    @property
    def bounds(self) -> str: ...


class Spec(Protocol):
    @property
    def tags(self) -> dict[str, str]: ...


class View(Protocol):
    """What is shown of a group; see records.GroupView."""

    @property
    def name(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def diagnoses(self) -> Sequence[Any]: ...
    @property
    def notes(self) -> Sequence[Any]: ...
    @property
    def drift(self) -> Sequence[str]: ...
    @property
    def replicas(self) -> Counts: ...
    @property
    def autoscaler(self) -> Autoscaler | None: ...
    @property
    def url(self) -> str: ...
    @property
    def image(self) -> str: ...
    @property
    def revision(self) -> int: ...
    @property
    def spec(self) -> Spec: ...


class ShownGroup:
    """What a view of a group has beside its fields."""

    @property
    def tags(self: View) -> dict[str, str]:
        """The tags of its spec."""
        return self.spec.tags

    def _repr_html_(self: View) -> str:
        rows = [(title, cell(self)) for title, cell in COLUMNS.items()]
        drift = [("Changed by hand", "; ".join(self.drift))] if self.drift else []
        return html_table((), [row for row in (*rows, *drift) if row[1]])


def why(view: View) -> str:
    """Return why a group is not available: the cause and what to do, or what is known; then notes."""
    causes, notes = ([f"{o.summary} {o.resolution}" for o in each] for each in (view.diagnoses, view.notes))
    return " ".join(filter(None, (*(causes or [view.reason]), *notes)))


def counts(view: View) -> str:
    """Return replicas in short: ready/desired, and between what an autoscaler moves them: `3/3 (1-8)`."""
    told = f"{view.replicas.ready}/{view.replicas.desired}"
    return f"{told} ({view.autoscaler.bounds})" if view.autoscaler else told


#: What is shown of a group: titles, and what stands below.
COLUMNS: Mapping[str, Callable[[View], str]] = {
    "Name": lambda view: view.name,
    "Status": lambda view: str(view.status),
    "Replicas": counts,
    "URL": lambda view: view.url,
    "Image": lambda view: view.image,
    "Tags": lambda view: ", ".join(f"{key}={value}" for key, value in view.spec.tags.items()),
    "Revision": lambda view: str(view.revision) if view.revision else "",
    "Why": why,
}


def html_table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of plain texts; without a heading the first cell of each row is one."""
    head = f"<thead><tr>{''.join(_cell('th', title) for title in heading)}</tr></thead>" if heading else ""
    body = "".join(f"<tr>{''.join(_row(row, titled=not heading))}</tr>" for row in rows)
    return f"<table>{head}<tbody>{body}</tbody></table>"


def _row(row: Sequence[str], *, titled: bool) -> Iterable[str]:
    for at, text in enumerate(row):
        yield _cell("th" if titled and at == 0 else "td", text)


def _cell(element: str, text: str) -> str:
    from html import escape

    # What nobody sees turns the direction of what follows, or hides in it.
    visible = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
    return f'<{element} style="text-align: left">{escape(visible)}</{element}>'
