"""Checkpoints and history, read without the engine where the backend is a folder.

The format is the deployment schema that `pulumi stack export` prints:
https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_export/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import orjson
from pydantic import ValidationError

from scaling_group.engine.folders import entry, names_in, unreadable
from scaling_group.errors import Unreachable
from scaling_group.naming import PROJECT, RECORD_KEY, TYPE_TOKEN, stack_name
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
    """A file of the state that is no JSON: cut short by a full disk or a lost machine."""

    def __init__(self, file: Path, copies: Sequence[Path]) -> None:
        listed = "\n".join(f"  {copy}" for copy in copies)
        super().__init__(
            f"the state file {file} is corrupted",
            detail=f"Intact copies of it, the newest first:\n{listed}" if copies else "There is no copy.",
            resolution=f"Put the newest one in its place: cp {copies[0]} {file}" if copies else "",
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


def state_of(deployment: Mapping[str, Any], last: Mapping[str, Any] | None) -> StackState:
    """Return the state from a deployment (`stack export`'s inner part) and the newest history entry.

    The entry matters only where the deployment holds no component.
    """
    resources = deployment.get("resources") or ()
    component = next((r for r in resources if r.get("type") == TYPE_TOKEN), None)
    provider = next((r for r in resources if r.get("type") == PROVIDER_TYPE), None)
    value = (
        (component.get("inputs") or {}).get("record")
        if component
        else _configured((last or {}).get("config"))
    )
    context = (provider.get("inputs") or {}).get("context") if provider else None
    live = any(r.get("type") != "pulumi:pulumi:Stack" for r in resources)
    return StackState(
        record=_record(value),
        exists=True,
        live=live or (last is not None and not _is_delete(last)),
        context=context,
        held=tuple(_held(r) for r in resources if str(r.get("type")).startswith(OBJECT_TYPES)),
    )


def _held(resource: Mapping[str, Any]) -> Held:
    metadata = (resource.get("outputs") or {}).get("metadata") or {}
    kind = str(resource["type"]).rpartition(":")[2]
    return Held(kind, str(resource.get("urn", "")), str(metadata.get("uid", "")))


def has_component(deployment: Mapping[str, Any]) -> bool:
    """Return whether a deployment holds the group's component, and so its record."""
    return any(r.get("type") == TYPE_TOKEN for r in deployment.get("resources") or ())


def _is_delete(entry: Mapping[str, Any]) -> bool:
    return entry.get("kind") == "destroy" and entry.get("result") == "succeeded"


def _configured(config: Mapping[str, Any] | None) -> Any:
    """Return the record's value as a history file holds it, or as `stack history --json` prints it."""
    entry = (config or {}).get(f"{PROJECT}:{RECORD_KEY}") or {}
    if "spec" in entry:
        return entry
    value = entry.get("objectValue", entry.get("value"))
    return orjson.loads(value) if isinstance(value, str) else value


def _record(value: Any) -> Record | None:
    try:
        return Record.stored(value) if value else None
    except ValidationError:
        return None


def deleted_records(entries: Iterable[Mapping[str, Any]]) -> list[Record]:
    """Return the records of the history entries that deleted a group."""
    records = (_record(_configured(entry.get("config"))) for entry in entries if _is_delete(entry))
    return [record for record in records if record]


@dataclass(frozen=True)
class PastOperation:
    """One entry of a stack's history: the record it ran with, and whether the engine succeeded."""

    record: Record
    succeeded: bool


def past_operations(entries: Iterable[Mapping[str, Any]]) -> list[PastOperation]:
    """Return the entries that ran with a record."""
    found = ((_record(_configured(entry.get("config"))), entry) for entry in entries)
    return [PastOperation(record, e.get("result") == "succeeded") for record, e in found if record]


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
            checkpoint = orjson.loads(file.read_bytes())
        except FileNotFoundError:
            if any(entry(self._stacks, f"{stack}{ending}").exists() for ending in COMPRESSED):
                raise UnknownFormat(file) from None
            return StackState()
        except ValueError:
            raise Corrupted(file, self._copies(stack)) from None
        except OSError as error:
            raise unreadable(error) from None
        if not isinstance(checkpoint, dict) or checkpoint.get("version") not in KNOWN_VERSIONS:
            raise UnknownFormat(file)
        deployment = (checkpoint.get("checkpoint") or {}).get("latest") or {}
        return state_of(deployment, None if has_component(deployment) else self._last_entry(stack))

    def remembered(self, stack: str, trouble: str) -> StackState:
        """Return what the history knows of a stack whose checkpoint cannot be read."""
        last = self._last_entry(stack)
        record = _record(_configured((last or {}).get("config")))
        return StackState(record, exists=True, live=last is None or not _is_delete(last), trouble=trouble)

    def newest(self, stack: str) -> Mapping[str, Any] | None:
        """Return the newest history entry of a stack; raises UnknownFormat as read does."""
        return self._last_entry(stack)

    def _copies(self, stack: str) -> list[Path]:
        """Return intact copies of a checkpoint, the newest first: every operation leaves one."""
        history, backup = entry(self._history, stack), entry(self._stacks, f"{stack}{CHECKPOINT}.bak")
        found = [history / name for name in names_in(history) if name.endswith(".checkpoint.json")]
        found += [backup] if backup.exists() else []
        newest_first = sorted(found, key=lambda file: file.stat().st_mtime, reverse=True)
        return [file for file in newest_first[:COPIES] if _is_json(file)]

    def history(self, stack: str) -> list[Mapping[str, Any]]:
        """Return the history entries of a stack, oldest first; raises UnknownFormat as read does."""
        return [_entry(file) for file in self._entries(stack)]

    def _entries(self, stack: str) -> list[Path]:
        history = entry(self._history, stack)
        names = names_in(history)
        if any(name.endswith((".history.json.gz", ".history.json.zst")) for name in names):
            raise UnknownFormat(history)
        # Names end in nanoseconds since the epoch, all of one length: their order is that of time.
        return [history / name for name in names if name.endswith(".history.json")]

    def _last_entry(self, stack: str) -> Mapping[str, Any] | None:
        entries = self._entries(stack)
        return _entry(entries[-1]) if entries else None


def _entry(file: Path) -> Mapping[str, Any]:
    try:
        return cast(Mapping[str, Any], orjson.loads(file.read_bytes()))
    except ValueError:
        raise Corrupted(file, ()) from None
    except OSError as error:
        raise unreadable(error) from None


def _is_json(file: Path) -> bool:
    try:
        orjson.loads(file.read_bytes())
    except (OSError, ValueError):
        return False
    return True
