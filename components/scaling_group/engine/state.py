"""Checkpoints and history, read without the engine where the backend is a folder.

The format is the deployment schema that `pulumi stack export` prints:
https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_export/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from scaling_group.engine.folders import entry, names_in, unreadable
from scaling_group.engine.shapes import Deployment, Entry, Resource, checkpoint_of, entry_of, mapping, text
from scaling_group.errors import Unreachable
from scaling_group.naming import PROJECT, TYPE_TOKEN, stack_name
from scaling_group.records import Record

#: Versions of the checkpoint format that are read here; others are left to the CLI.
KNOWN_VERSIONS = (3, 4)
#: Endings of a checkpoint, and of one that is compressed.
CHECKPOINT = ".json"
COMPRESSED = (".json.gz", ".json.zst")
#: How many copies of a corrupted checkpoint are looked at.
COPIES = 3
#: The beginning of the types of Kubernetes objects.
OBJECT_TYPES = "kubernetes:"
PROVIDER_TYPE = "pulumi:providers:kubernetes"


class UnknownFormat(Exception):
    """The file is there and is not one of those that are read here."""


class Corrupted(Unreachable):
    """A file of the state that is no JSON, or JSON of another form: cut short by a full disk, or edited."""

    def __init__(self, file: Path, copies: Sequence[Path], without: str = "") -> None:
        """Without: what can be done where there is no copy."""
        listed = "\n".join(f"  {copy}" for copy in copies)
        super().__init__(
            f"the state file {file} is corrupted",
            detail=f"Intact copies, newest first:\n{listed}" if copies else "There is no copy.",
            resolution=f"Restore the newest one: cp {copies[0]} {file}" if copies else without,
        )


class Misplaced(Unreachable):
    """A stack that holds the record of another one: a file in the wrong place, or a renamed stack."""

    def __init__(self, stack: str, record: Record) -> None:
        super().__init__(
            f"the stack {stack} holds the record of {record.stack}, and is left alone",
            detail="What is done to a group is done to the stack that its record names.",
            resolution=f"Look at it with: pulumi stack export --stack {PROJECT}/{stack}",
        )


@dataclass(frozen=True)
class Held:
    """One object of the cluster that a stack holds. uid: empty where the engine has not heard of it."""

    kind: str
    urn: str
    uid: str


@dataclass(frozen=True)
class StackState:
    """What a stack knows of its group.

    live: resources are recorded, or the newest operation was not a delete. record: of the resources
    where there are any, else of the newest history entry; None for a name that was never used.
    context: what the provider in the state is going to ask the kubeconfig for. trouble: why the rest
    is not known, the record being that of the history then. held: the objects that a destroy deletes.
    """

    record: Record | None = None
    exists: bool = False
    live: bool = False
    context: str | None = None
    trouble: str = ""
    held: tuple[Held, ...] = ()


def state_of(deployment: Deployment, last: Entry | None) -> StackState:
    """Return the state from a deployment and the newest history entry; ValueError for parts of another form.

    The entry matters only where the deployment holds no component.
    """
    resources = deployment.resources
    component = next((r for r in resources if r.type == TYPE_TOKEN), None)
    provider = next((r for r in resources if r.type == PROVIDER_TYPE), None)
    live = any(r.type != "pulumi:pulumi:Stack" for r in resources)
    return StackState(
        record=_record(component.inputs.get("record")) if component else _recorded(last),
        exists=True,
        live=live or (last is not None and not _is_delete(last)),
        context=text(provider.inputs, "context") or None if provider else None,
        held=tuple(_held(r) for r in resources if r.type.startswith(OBJECT_TYPES)),
    )


def _held(resource: Resource) -> Held:
    uid = text(mapping(resource.outputs, "metadata"), "uid")
    return Held(resource.type.rpartition(":")[2], resource.urn, uid)


def has_component(deployment: Deployment) -> bool:
    """Return whether a deployment holds the group's component, and so its record."""
    return any(r.type == TYPE_TOKEN for r in deployment.resources)


def _is_delete(entry: Entry) -> bool:
    return entry.kind == "destroy" and entry.result == "succeeded"


def _recorded(entry: Entry | None) -> Record | None:
    return _record(entry.record) if entry else None


def _record(value: Any) -> Record | None:
    try:
        return Record.stored(value) if value else None
    except ValidationError:
        return None


def deleted_records(entries: Iterable[Entry]) -> list[Record]:
    """Return the records of the history entries that deleted a group."""
    records = (_recorded(entry) for entry in entries if _is_delete(entry))
    return [record for record in records if record]


@dataclass(frozen=True)
class PastOperation:
    """One entry of a stack's history: the record it ran with, and whether the engine succeeded."""

    record: Record
    succeeded: bool


def past_operations(entries: Iterable[Entry]) -> list[PastOperation]:
    """Return the entries that ran with a record."""
    found = ((_recorded(entry), entry) for entry in entries)
    return [PastOperation(record, e.result == "succeeded") for record, e in found if record]


class StateFolder:
    """The `.pulumi` folder of a `file://` backend."""

    def __init__(self, folder: Path) -> None:
        self._stacks = folder / "stacks" / PROJECT
        self._history = folder / "history" / PROJECT

    def names(self, environment: str) -> Iterator[str]:
        """Yield the stacks of an environment; raises UnknownFormat for compressed ones."""
        for name in names_in(self._stacks, stack_name(environment, "")):
            if name.endswith(COMPRESSED):
                raise UnknownFormat(self._stacks / name)
            if name.endswith(CHECKPOINT):
                yield name.removesuffix(CHECKPOINT)

    def read(self, stack: str) -> StackState:
        """Return the state of a stack; raises UnknownFormat where the CLI has to be asked."""
        file = entry(self._stacks, f"{stack}{CHECKPOINT}")
        try:
            deployment = _deployment(file)
            known = state_of(deployment, None)
        except FileNotFoundError:
            if any(entry(self._stacks, f"{stack}{ending}").exists() for ending in COMPRESSED):
                raise UnknownFormat(file) from None
            return StackState()
        except ValueError:
            raise Corrupted(file, self._copies(stack)) from None
        except OSError as error:
            raise unreadable(error) from None
        return known if has_component(deployment) else state_of(deployment, self._last_entry(stack))

    def remembered(self, stack: str, trouble: str) -> StackState:
        """Return what the history knows of a stack that cannot be read; nothing where it is corrupted too."""
        try:
            last = self._last_entry(stack)
        except Corrupted:
            return StackState(exists=True, trouble=trouble)
        live = last is None or not _is_delete(last)
        return StackState(_recorded(last), exists=True, live=live, trouble=trouble)

    def newest(self, stack: str) -> Entry | None:
        """Return the newest history entry of a stack; raises UnknownFormat as read does."""
        return self._last_entry(stack)

    def _copies(self, stack: str) -> list[Path]:
        """Return intact copies of a checkpoint, the newest first: every operation leaves one."""
        history, backup = entry(self._history, stack), entry(self._stacks, f"{stack}{CHECKPOINT}.bak")
        found = [history / name for name in names_in(history) if name.endswith(".checkpoint.json")]
        found += [backup] if backup.exists() else []
        newest_first = sorted(found, key=lambda file: file.stat().st_mtime, reverse=True)
        return [file for file in newest_first[:COPIES] if _is_intact(file)]

    def history(self, stack: str) -> list[Entry]:
        """Return the history entries of a stack, oldest first; raises UnknownFormat as read does."""
        return [_entry(file) for file in self._entries(stack)]

    def _entries(self, stack: str) -> list[Path]:
        history = entry(self._history, stack)
        names = names_in(history)
        if any(name.endswith((".history.json.gz", ".history.json.zst")) for name in names):
            raise UnknownFormat(history)
        # Names end in nanoseconds since the epoch, all of one length: their order is that of time.
        return [history / name for name in names if name.endswith(".history.json")]

    def _last_entry(self, stack: str) -> Entry | None:
        entries = self._entries(stack)
        return _entry(entries[-1]) if entries else None


def _deployment(file: Path) -> Deployment:
    """Return what a checkpoint holds; raises UnknownFormat, OSError, and ValueError for a corrupted one."""
    checkpoint = orjson.loads(file.read_bytes())
    if not isinstance(checkpoint, dict) or checkpoint.get("version") not in KNOWN_VERSIONS:
        raise UnknownFormat(file)
    return checkpoint_of(checkpoint)


def _entry(file: Path) -> Entry:
    try:
        return entry_of(orjson.loads(file.read_bytes()))
    except ValueError:
        aside = f"Move it away; the history then lacks one operation: mv {file} {file}.corrupted"
        raise Corrupted(file, (), aside) from None
    except OSError as error:
        raise unreadable(error) from None


def _is_intact(file: Path) -> bool:
    try:
        state_of(_deployment(file), None)
    except (OSError, ValueError, UnknownFormat):
        return False
    return True
