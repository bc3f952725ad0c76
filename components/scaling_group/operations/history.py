"""What has happened to a group."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import merge

from scaling_group.errors import Conflict, NotFound
from scaling_group.operations.context import Context
from scaling_group.operations.observed import known_group
from scaling_group.operations.protocols import Past
from scaling_group.records import Action, Interruption, Record, Result
from scaling_group.reports import HistoryEntry
from scaling_group.spec.change import changes_between, gateway_changes, one_line
from scaling_group.spec.group import GroupSpec


def history(context: Context, name: str) -> list[HistoryEntry]:
    """Return every operation on a name, the newest first; raises NotFound for an unused name."""
    entries = _of_name(context, name)
    if entries:
        return entries
    record = known_group(context, name).record
    raise NotFound(
        f"{name} has no history here",
        detail=f"The Pulumi stack {record.owner} owns it and its history.",
        resolution=f"See it with: pulumi stack history --stack {record.owner.rpartition('/')[2]}, in the "
        "project of that stack.",
    )


def history_of_all(context: Context) -> list[HistoryEntry]:
    """Return every operation on every name of an environment, the newest first."""
    names = context.reader.names(context.environment.id)
    by_name = [_of_name(context, name) for name in names]
    # Each name stays in its own order, whatever the clocks of its writers say.
    return list(merge(*by_name, key=lambda entry: str(entry.time), reverse=True))


def latest_record(context: Context, record: Record) -> Record:
    """Return the record of the newest operation on a name, by the numbers of revisions."""
    past = context.reader.history(context.environment.id, record.name)
    newest = past[-1].record if past else record
    return newest if newest.revision >= record.revision else record


def _of_name(context: Context, name: str) -> list[HistoryEntry]:
    """Return the entries of a name; what the engine has not ended is known from the state alone."""
    entries = _entries(context.reader.history(context.environment.id, name))
    state = context.reader.peek(context.environment.id, name)
    record = state.record if state and state.live else None
    if record is None or any(e.id == record.id and e.revision >= record.revision for e in entries):
        return entries
    return [_entry_of(record, Result.UNFINISHED), *entries]


def _entries(past: Sequence[Past]) -> list[HistoryEntry]:
    available = {(entry.record.id, entry.record.last_available) for entry in past}
    entries = [_entry(entry, before, available) for entry, before in zip(past, [None, *past], strict=False)]
    # Each record knows of the interruptions before it; they have no entry of their own.
    known = {i: entry.record for entry in past for i in entry.record.interrupted}
    entries += [_interrupted(interruption, record) for interruption, record in known.items()]
    return sorted(entries, key=_newest, reverse=True)


def _newest(entry: HistoryEntry) -> tuple[int, bool, str]:
    """Return what orders the operations on a name: their numbers, since clocks of writers differ."""
    return entry.revision, entry.action is Action.DELETE, str(entry.time)


def _interrupted(interruption: Interruption, record: Record) -> HistoryEntry:
    return HistoryEntry(
        name=record.name,
        revision=interruption.revision,
        time=interruption.time,
        action=interruption.action,
        result=Result.INTERRUPTED,
        available=False,
        actor=interruption.actor,
        message="",
        change="",
        id=record.id,
    )


def _entry(entry: Past, before: Past | None, available: set[tuple[str, int | None]]) -> HistoryEntry:
    record = entry.record
    return _entry_of(
        record,
        Result.SUCCEEDED if entry.succeeded else Result.FAILED,
        available=(record.id, record.revision) in available,
        change=_change(record, before.record if before else None),
    )


def _entry_of(record: Record, result: Result, *, available: bool = False, change: str = "") -> HistoryEntry:
    """Return the entry of the operation that made a record."""
    return HistoryEntry(
        name=record.name,
        revision=record.revision,
        time=record.updated,
        action=record.action,
        result=result,
        available=available,
        actor=record.actor,
        message=record.message,
        change=change,
        id=record.id,
        spec=record.spec,
    )


def _change(record: Record, before: Record | None) -> str:
    if before is None or before.id != record.id or record.deleted:
        return ""
    gateway = gateway_changes(before.environment, record.environment)
    return one_line([*changes_between(before.spec, record.spec), *gateway])


def replicas_before_zero(context: Context, name: str) -> int:
    """Return the number of Pods that a group had before it was scaled to 0; raises Conflict for others."""
    entries = history(context, name)
    newest = next((entry.spec for entry in entries if entry.spec), None)
    if newest and newest.autoscale is None and newest.replicas == 0:
        before = (e.spec for e in entries if e.spec and e.spec.autoscale is None and e.id == entries[0].id)
        if count := next((spec.replicas for spec in before if spec.replicas), 0):
            return count
    raise Conflict(
        f"{name} was not scaled to 0 from another number of Pods",
        resolution=f"Say how many it is to have: scaling-group scale {name} COUNT",
    )


def spec_of(entries: list[HistoryEntry], name: str, revision: int) -> GroupSpec:
    """Return the spec that a revision applied; raises NotFound naming those there are."""
    applied = {e.revision: e.spec for e in reversed(entries) if e.spec and e.action is not Action.DELETE}
    if revision not in applied:
        known = ", ".join(map(str, sorted(applied)))
        raise NotFound(f"{name} has no revision {revision}", detail=f"There are: {known}")
    return applied[revision]
