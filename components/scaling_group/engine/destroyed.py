"""Groups of other programs in the same backend whose stacks are destroyed: histories still know them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import orjson
from pydantic import ValidationError

from scaling_group.engine.folder_stacks import deployment_in
from scaling_group.engine.shapes import Resource, entry_of
from scaling_group.engine.state import UnknownFormat, is_delete
from scaling_group.engine.stores import Store
from scaling_group.naming import PROJECT, TYPE_TOKEN
from scaling_group.records import Record

HISTORY = ".pulumi/history/"
ENTRY, CHECKPOINT = ".history.json", ".checkpoint.json"
#: Operations before the last one that are looked at: those that failed to destroy hold a part of the groups.
MOST_BACK = 5


def destroyed_groups(store: Store, environment: str) -> list[Record]:
    """Return the groups of an environment that the last operation on another project's stack has destroyed.

    Three requests, and for each destroyed stack one for each operation that is looked at.
    """
    projects = [folder for folder in store.folders(HISTORY) if folder != f"{HISTORY}{PROJECT}/"]
    entries = {stack: keys for project in projects for stack, keys in _entries(store, project).items()}
    last = store.contents([keys[-1] for keys in entries.values()])
    ended = {stack: _destroyed_at(last.get(keys[-1], b"")) for stack, keys in entries.items()}
    gone = {stack: keys[-1 - MOST_BACK : -1][::-1] for stack, keys in entries.items() if ended[stack]}
    before = store.contents([_checkpoint(key) for keys in gone.values() for key in keys])
    found = []
    for stack, keys in gone.items():
        records = (_records(before.get(_checkpoint(key), b""), stack) for key in keys)
        held = next(filter(None, records), [])
        found += [r.with_(deleted=ended[stack]) for r in held if r.environment.id == environment]
    return found


def _entries(store: Store, project: str) -> dict[str, list[str]]:
    """Return the keys of history entries by `project/stack`, oldest first."""
    found: dict[str, list[str]] = {}
    for key in store.keys(project):
        if key.endswith(ENTRY):
            found.setdefault(key.removeprefix(HISTORY).rpartition("/")[0], []).append(key)
    return found


def _checkpoint(entry: str) -> str:
    return f"{entry.removesuffix(ENTRY)}{CHECKPOINT}"


def _destroyed_at(content: bytes) -> datetime | None:
    """Return when the operation of an entry ended, None for one that has destroyed nothing."""
    try:
        told = orjson.loads(content)
        return datetime.fromtimestamp(int(told["endTime"]), UTC) if is_delete(entry_of(told)) else None
    except (ValueError, KeyError, TypeError, OverflowError, OSError):
        return None


def _records(content: bytes, stack: str) -> list[Record]:
    """Return the records of a checkpoint that say themselves that they are of this stack."""
    try:
        resources = deployment_in(content, stack).resources
    except (ValueError, UnknownFormat):
        return []
    return [record for record in _stored(resources) if record.source == stack]


def _stored(resources: Sequence[Resource]) -> Iterator[Record]:
    for resource in resources:
        if resource.type == TYPE_TOKEN:
            try:
                yield Record.stored(resource.inputs.get("record"))
            except ValidationError:
                continue
