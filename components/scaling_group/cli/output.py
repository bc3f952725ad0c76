"""Results on standard output: a table for people, JSON or YAML for programs."""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click
import orjson

from scaling_group.cli.columns import GAP, aligned, folded
from scaling_group.cli.echo import escaped, put, say
from scaling_group.cli.options import DryRun
from scaling_group.records import GroupView, Step
from scaling_group.shown import counts
from scaling_group.spec.change import Change
from scaling_group.yaml_text import yaml_text

if TYPE_CHECKING:
    from scaling_group.reports import HistoryEntry, Plan

COLUMNS = ("ID", "NAME", "IMAGE", "STATUS", "REPLICAS", "URL", "CREATED")
NAMESPACE, REASON = "NAMESPACE", "REASON"
#: What a narrow terminal does without, in this order.
DISPENSABLE = ("ID", "CREATED", "IMAGE", "URL")
#: The end of a change that says who has made it: `(kubectl-edit, 2026-01-02T03:04:05Z)`.
MADE_AT = re.compile(r", (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\)\Z")


def print_data(data: Any, form: str, names: Iterable[str] = ()) -> None:
    """Print plain JSON data as JSON or YAML; as `name` the names of what is in it, a line each."""
    if form == "name":
        for name in names:
            say(name)
    elif form == "json":
        options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        put(orjson.dumps(data, option=options), nl=False)
    else:
        print_documents([data])


def print_group(view: GroupView, form: str) -> None:
    """Print one group."""
    if form != "table":
        print_data(view.model_dump(mode="json"), form, [view.name])
        return
    from scaling_group.cli.fields import group_fields

    print_fields(group_fields(view))
    for change in view.drift:
        say(f"Changed by hand: {with_age(change)}")
    if view.diagnoses or view.notes:
        from scaling_group.cli.diagnoses import print_diagnoses

        print_diagnoses((*view.diagnoses, *view.notes))
    if view.answer:
        from scaling_group.cli.answers import print_answer

        print_answer(view.answer)
        for url, answer in view.answers.items():
            print_answer(answer, url)
    if view.tree:
        from scaling_group.cli.tree import print_tree

        print_tree(view, view.tree)


def print_groups(
    views: Sequence[GroupView], form: str, *, heading: bool = True, namespaces: bool = False
) -> None:
    """Print many groups; none is `[]` for programs and only the heading for people.

    form: `wide` is a table with every column, whatever the terminal's width. namespaces: show them.
    """
    if form not in ("table", "wide"):
        print_data([view.model_dump(mode="json") for view in views], form, [view.name for view in views])
        return
    wide = form == "wide"
    on_terminal = sys.stdout.isatty() and not wide
    # A column for what is wrong only where something is.
    titles = [
        *COLUMNS,
        *([NAMESPACE] if namespaces or wide else []),
        *([REASON] if wide or any(map(short_reason, views)) else []),
    ]
    cells = (_cells(view, relative=on_terminal) for view in views)
    rows = [[each[title] for title in titles] for each in cells]
    if not on_terminal:
        print_rows(titles, rows, heading=heading, bounded=False)
        return
    shown, fitting = that_fit(titles, rows, get_terminal_size().columns)
    print_rows(shown, fitting, heading=heading)
    _say_what_is_left_out([title for title in titles if title not in shown])


def _say_what_is_left_out(titles: Sequence[str]) -> None:
    if titles and sys.stderr.isatty():
        are = "columns do" if len(titles) > 1 else "column does"
        say(f"{', '.join(titles)}: {are} not fit; see all with: scaling-group list -o wide", err=True)


def that_fit(
    titles: Sequence[str], rows: Sequence[Sequence[str]], width: int
) -> tuple[list[str], list[list[str]]]:
    """Return the columns that there is room for in so many characters: the important ones."""
    kept = list(range(len(titles)))
    for dropped in DISPENSABLE:
        widths = [max(len(line[at]) for line in (titles, *rows)) for at in kept]
        if sum(widths) + len(GAP) * (len(widths) - 1) <= width:
            break
        kept.remove(titles.index(dropped))
    return [titles[at] for at in kept], [[row[at] for at in kept] for row in rows]


def short_reason(view: GroupView) -> str:
    """Return what is wrong in a word, or in a sentence where there is no word for it."""
    if view.diagnoses or view.reason:
        return view.diagnoses[0].category if view.diagnoses else view.reason
    if view.drift:
        return f"changed by hand: {view.drift[0]}"
    return view.notes[0].category if view.notes else ""


def group_line(view: GroupView) -> str:
    """Return a group's state in one line: status, replicas (ready/desired), and what is to be known of it."""
    why = view.diagnoses[0].summary if view.diagnoses else view.reason
    why = why or (view.notes[0].summary if view.notes else "")
    return "  ".join(filter(None, (view.status.value, counts(view), why)))


HISTORY = ("REVISION", "TIME", "ACTION", "RESULT", "AVAILABLE", "BY", "CHANGE", "MESSAGE")


def print_history(entries: Sequence[HistoryEntry], form: str, *, names: bool = False) -> None:
    """Print what has happened to a group, or with names to many."""
    if form == "table":
        titles = ("NAME", *HISTORY) if names else HISTORY
        rows = [(*((entry.name,) if names else ()), *_history_row(entry)) for entry in entries]
        print_rows(titles, rows)
    else:
        data = [entry.model_dump(mode="json") for entry in entries]
        print_data(data, form, [f"{entry.name}@{entry.revision}" for entry in entries])


def _history_row(entry: HistoryEntry) -> tuple[str, ...]:
    action = entry.action.value if entry.action else ""
    available = "yes" if entry.available else ""
    head = (str(entry.revision), timestamp(entry.time), action, entry.result.value, available)
    return (*head, entry.actor, entry.change, entry.message)


def print_changes(changes: Sequence[Change], form: str) -> None:
    """Print what differs, a line a field."""
    if form == "table":
        for change in changes:
            say(with_age(str(change)))
    else:
        print_data([_change_data(change) for change in changes], form, [c.field for c in changes])


def with_age(change: str) -> str:
    """Return a change with how long ago it was made, on a terminal: `(kubectl-edit, 3m ago)`."""
    at = MADE_AT.search(change) if sys.stdout.isatty() else None
    return f"{change[: at.start()]}, {age(datetime.fromisoformat(at[1]))} ago)" if at else change


def _change_data(change: Change) -> dict[str, Any]:
    live = {"manager": "", "time": None} | dataclasses.asdict(change)
    return {**live, "time": timestamp(live["time"]) or None}


def print_plan(plan: Plan, form: str, dry_run: DryRun) -> int:
    """Print what would be done with one group, and return the exit code that tells of it."""
    if form != "table":
        print_data(plan.model_dump(mode="json"), form, [plan.name])
        return dry_run.code([plan])
    anew = f" (its pods are replaced{_meanwhile(plan)})" if plan.replaces_pods else ""
    nothing = plan.action is Step.UNCHANGED
    say(f"{plan.name}: {'nothing to change' if nothing else f'would {plan.action.value}{anew}'}")
    for change in plan.changes:
        say(f"  {change}")
    if plan.becomes_private:
        say(f"  no Gateway serves {plan.name} any more: requests from outside the cluster fail")
    if plan.swaps_route:
        say("  the old route is deleted first: requests fail until the gateway has accepted the new one")
    print_object_plans(plan)
    return dry_run.code([plan])


def _meanwhile(plan: Plan) -> str:
    """Return what becomes of requests while pods are replaced, where not all are answered."""
    if plan.leaves_gap:
        return ", and nothing serves until the new one is ready"
    if plan.loses_requests:
        return ", and requests fail meanwhile because old pods do not listen on the new port"
    return ""


def print_object_plans(plan: Plan) -> None:
    """Print the objects of a plan that would not stay as they are."""
    for each in plan.objects:
        if each.action is not Step.UNCHANGED:
            say(f"{each.kind} {each.namespace}/{each.name}: would {each.action.value}")
            for change in each.changes:
                say(f"  {change}")


def print_documents(items: Sequence[Any]) -> None:
    """Print YAML documents."""
    put(yaml_text(items), nl=False)


def print_warnings(warnings: Sequence[str]) -> None:
    """Print what deserves a second look, on standard error."""
    for warning in warnings:
        say(warning, before=f"{click.style('warning:', fg='yellow')} ", err=True)


def _cells(view: GroupView, *, relative: bool) -> dict[str, str]:
    """Return the cells of a group by their titles; relative: how long ago, which is shorter than when."""
    created = age(view.created) if relative and view.created else timestamp(view.created)
    return {
        "ID": view.id,
        "NAME": view.name,
        NAMESPACE: view.namespace,
        "IMAGE": view.image,
        "STATUS": view.status.value,
        "REPLICAS": counts(view),
        "URL": view.url,
        "CREATED": created,
        REASON: short_reason(view),
    }


def timestamp(time: datetime | None) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if time else ""


def age(time: datetime | None) -> str:
    """Return how long ago a time is, in its two largest units at most: 45s, 12m, 3h5m, 9d."""
    if time is None:
        return "unknown"
    seconds = max(int((datetime.now(UTC) - time).total_seconds()), 0)
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds < 120:
        return f"{seconds}s"
    if hours < 1:
        return f"{minutes}m"
    if days < 1:
        return f"{hours}h{minutes % 60}m" if hours < 10 else f"{hours}h"
    return f"{days}d{hours % 24}h" if days < 3 else f"{days}d"


def print_fields(fields: Sequence[tuple[str, str]]) -> None:
    width = max(len(label) for label, _ in fields) + 2
    for label, value in fields:
        say(f"{label + ':':<{width}}{value}")


def print_rows(
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    heading: bool = True,
    bounded: bool = True,
) -> None:
    """Print aligned columns: prose folded to the terminal's width, never cut elsewhere.

    bounded: whether the terminal's width counts.
    """
    width = get_terminal_size().columns if bounded and sys.stdout.isatty() else None
    shown = [[escaped(cell) for cell in row] for row in rows]
    lines = aligned(titles, shown, width, heading=heading)
    if lines is None:
        lines = folded(titles, shown, width, heading=heading)
    put("".join(f"{line}\n" for line in lines), nl=False)
