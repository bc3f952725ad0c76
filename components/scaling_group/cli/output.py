"""Results on standard output: a table for people, JSON or YAML for programs."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from shutil import get_terminal_size
from typing import Any

import click
import orjson

from scaling_group.cli.echo import escaped, put, say
from scaling_group.naming import PROJECT, stack_name
from scaling_group.records import GroupView, HistoryEntry, Plan, Step
from scaling_group.spec.change import Change
from scaling_group.spec.group import GroupSpec
from scaling_group.yaml_text import yaml_text

COLUMNS = ("ID", "NAME", "IMAGE", "STATUS", "REPLICAS", "URL", "CREATED")
#: What a narrow terminal does without, in this order.
DISPENSABLE = ("ID", "CREATED", "IMAGE", "URL")


def print_data(data: Any, form: str) -> None:
    """Print plain JSON data as JSON or YAML."""
    if form == "json":
        options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        put(orjson.dumps(data, option=options), nl=False)
        return
    print_documents([data])


def print_group(view: GroupView, form: str) -> None:
    """Print one group."""
    if form != "table":
        print_data(view.model_dump(mode="json"), form)
        return
    print_fields(group_fields(view))
    for change in view.drift:
        say(f"Changed by hand: {change}")
    if view.diagnoses:
        from scaling_group.cli.diagnoses import print_diagnoses

        print_diagnoses(view.diagnoses)
    if view.tree:
        from scaling_group.cli.tree import print_tree

        print_tree(view, view.tree)


def print_groups(views: Sequence[GroupView], form: str, *, heading: bool = True) -> None:
    """Print many groups; none is `[]` for programs and only the heading for people."""
    if form == "table":
        # A column for what is wrong only where something is.
        reasons = any(view.reason for view in views)
        titles = (*COLUMNS, "REASON") if reasons else COLUMNS
        rows = [(*group_row(view), *((short_reason(view),) if reasons else ())) for view in views]
        room = get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize
        print_rows(*that_fit(titles, rows, room), heading=heading)
    elif form == "name":
        for view in views:
            say(view.name)
    else:
        print_data([view.model_dump(mode="json") for view in views], form)


def that_fit(
    titles: Sequence[str], rows: Sequence[Sequence[str]], width: int
) -> tuple[list[str], list[list[str]]]:
    """Return the columns that there is room for in so many characters: the important ones."""
    kept = list(range(len(titles)))
    for dropped in DISPENSABLE:
        widths = [max(len(line[at]) for line in (titles, *rows)) for at in kept]
        if sum(widths) + len(widths) - 1 <= width:
            break
        kept.remove(titles.index(dropped))
    return [titles[at] for at in kept], [[row[at] for at in kept] for row in rows]


def short_reason(view: GroupView) -> str:
    """Return what is wrong in a word, or in a sentence where there is no word for it."""
    return view.diagnoses[0].category if view.diagnoses else view.reason


def group_line(view: GroupView) -> str:
    """Return a group's state in one line: status, replicas (ready/desired), and what is wrong."""
    counts = f"{view.replicas.ready}/{view.replicas.desired}"
    why = view.diagnoses[0].summary if view.diagnoses else view.reason
    return "  ".join(filter(None, (view.status.value, counts, why)))


HISTORY = ("REVISION", "TIME", "ACTION", "RESULT", "AVAILABLE", "BY", "CHANGE", "MESSAGE")


def print_history(entries: Sequence[HistoryEntry], form: str, *, names: bool = False) -> None:
    """Print what has happened to a group, or with names to many."""
    if form == "table":
        titles = ("NAME", *HISTORY) if names else HISTORY
        rows = [(*((entry.name,) if names else ()), *_history_row(entry)) for entry in entries]
        print_rows(titles, rows)
    else:
        print_data([entry.model_dump(mode="json") for entry in entries], form)


def _history_row(entry: HistoryEntry) -> tuple[str, ...]:
    action = entry.action.value if entry.action else ""
    available = "yes" if entry.available else ""
    head = (str(entry.revision), timestamp(entry.time), action, entry.result.value, available)
    return (*head, entry.actor, entry.change, entry.message)


def print_changes(changes: Sequence[Change], form: str) -> None:
    """Print what differs, a line a field."""
    if form == "table":
        for change in changes:
            say(str(change))
    else:
        print_data([dataclasses.asdict(change) for change in changes], form)


def print_plan(plan: Plan, form: str) -> None:
    """Print what would be done with one group."""
    if form != "table":
        print_data(plan.model_dump(mode="json"), form)
        return
    gap = ", and nothing serves until the new one is ready" if plan.leaves_gap else ""
    anew = f" (its pods are made anew{gap})" if plan.replaces_pods else ""
    nothing = plan.action is Step.UNCHANGED
    say(f"{plan.name}: {'nothing to change' if nothing else f'would {plan.action.value}{anew}'}")
    for change in plan.changes:
        say(f"  {change}")
    print_object_plans(plan)


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


def group_row(view: GroupView) -> tuple[str, ...]:
    counts = f"{view.replicas.ready}/{view.replicas.desired}"
    created = timestamp(view.created)
    return (view.id, view.name, view.image, view.status.value, counts, view.url, created)


def group_fields(view: GroupView) -> list[tuple[str, str]]:
    """Return what `get` shows, in order; fields that say nothing are left out."""
    spec, counts = view.spec, view.replicas
    own_stack = stack_name(view.environment, view.name)
    replicas = f"{counts.desired} desired, {counts.ready} ready, {counts.available} available"
    fields = [
        ("ID", view.id),
        ("Name", view.name),
        ("Environment", f"{view.environment} (namespace {view.namespace})"),
        ("Status", view.status.value),
        ("Reason", "" if view.diagnoses else view.reason),
        ("Replicas", replicas),
        ("Web URL", view.url),
        ("In cluster", view.address),
        ("Image", spec.image),
        ("Entrypoint", " ".join(spec.entrypoint)),
        ("Port", str(spec.port)),
        ("CPU", spec.cpu or "default (request 100m, limit 1)"),
        ("Memory", spec.memory or "default (request 256Mi, limit 1Gi)"),
        ("GPU", spec.gpu or ""),
        *_pod_fields(spec),
        ("Tags", _pairs(spec.tags)),
        ("Owned by", view.source if view.source != f"{PROJECT}/{own_stack}" else ""),
        ("Revision", str(view.revision) if view.revision else ""),
        ("Created", timestamp(view.created)),
        ("Updated", timestamp(view.updated)),
        ("Deleted", timestamp(view.deleted)),
    ]
    return [(label, value) for label, value in fields if value]


def _pod_fields(spec: GroupSpec) -> list[tuple[str, str]]:
    """Return what was set beyond the page's fields, in the form of the flags."""
    probes = {"readiness": spec.readiness, "liveness": spec.liveness, "startup": spec.startup}
    usual = {"readiness": "tcp", "liveness": "none", "startup": "none"}
    changed = [f"{name} {text}" for name, text in probes.items() if text != usual[name]]
    return [
        ("Env", _pairs(spec.env)),
        ("Secret env", _pairs(spec.secret_env)),
        ("Env from", ", ".join(spec.env_from)),
        ("Mounts", ", ".join(spec.mounts)),
        ("Probes", "; ".join(changed)),
        ("Service account", spec.service_account or ""),
        ("Node selector", _pairs(spec.node_selector)),
        ("Tolerations", ", ".join(spec.tolerations)),
    ]


def _pairs(pairs: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in pairs.items())


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


def print_rows(titles: Sequence[str], rows: Sequence[Sequence[str]], *, heading: bool = True) -> None:
    """Print aligned columns: folded to the terminal's width, never cut elsewhere."""
    from scaling_group.cli.columns import aligned, folded

    width = get_terminal_size().columns if sys.stdout.isatty() else None
    shown = [[escaped(cell) for cell in row] for row in rows]
    lines = aligned(titles, shown, width, heading=heading)
    if lines is None:
        lines = folded(titles, shown, width, heading=heading)
    put("".join(f"{line}\n" for line in lines), nl=False)
