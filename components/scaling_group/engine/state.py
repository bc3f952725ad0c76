"""What a stack knows of its group: its state and its history, wherever they are kept.

The format is the deployment schema that `pulumi stack export` prints:
https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_export/
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from scaling_group.engine.shapes import Deployment, Entry, Resource, mapping, text
from scaling_group.errors import Unreachable
from scaling_group.naming import PROJECT, TYPE_TOKEN
from scaling_group.records import Record
from scaling_group.spec.rejection import invalid

#: The beginning of the types of Kubernetes objects.
OBJECT_TYPES = "kubernetes:"
PROVIDER_TYPE = "pulumi:providers:kubernetes"


class UnknownFormat(Exception):
    """A file of a folder is there and is none of those that are read without the CLI."""


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


class Held(NamedTuple):
    """One object of the cluster that a stack holds. uid: empty where the engine has not heard of it."""

    kind: str
    urn: str
    uid: str
    name: str


@dataclass(frozen=True)
class StackState:
    """What a stack knows of its group.

    live: resources are recorded, or the newest operation was not a delete. record: of the resources
    where there are any, else of the newest history entry; None for a name that was never used.
    context: what the provider in the state is going to ask the kubeconfig for. trouble: why the rest
    is not known, the record being that of the history then. held: the objects that a destroy deletes.
    remembered: the history's newest entry tells, because the stack holds no component.
    """

    record: Record | None = None
    exists: bool = False
    live: bool = False
    context: str | None = None
    trouble: str = ""
    held: tuple[Held, ...] = ()
    remembered: bool = field(default=False, compare=False)


def state_of(deployment: Deployment, last: Entry | None) -> StackState:
    """Return the state from a deployment and the newest history entry; ValueError for parts of another form.

    The entry matters only where the deployment holds no component.
    """
    resources = deployment.resources
    component = next((r for r in resources if r.type == TYPE_TOKEN), None)
    provider = next((r for r in resources if r.type == PROVIDER_TYPE), None)
    live = any(r.type != "pulumi:pulumi:Stack" for r in resources)
    return StackState(
        record=_record(component.inputs.get("record")) if component else recorded(last),
        exists=True,
        live=live or (last is not None and not is_delete(last)),
        context=text(provider.inputs, "context") or None if provider else None,
        held=tuple(_held(r) for r in resources if r.type.startswith(OBJECT_TYPES)),
        remembered=component is None,
    )


def _held(resource: Resource) -> Held:
    metadata = mapping(resource.outputs, "metadata")
    name = text(metadata, "name") or resource.urn.rpartition("::")[2]
    return Held(resource.type.rpartition(":")[2], resource.urn, text(metadata, "uid"), name)


def has_component(deployment: Deployment) -> bool:
    """Return whether a deployment holds the group's component, and so its record."""
    return any(r.type == TYPE_TOKEN for r in deployment.resources)


def is_delete(entry: Entry) -> bool:
    """Return whether an entry is of an operation that deleted the group."""
    return entry.kind == "destroy" and entry.result == "succeeded"


def recorded(entry: Entry | None) -> Record | None:
    """Return the record that an operation ran with, None where it is not known."""
    return _record(entry.record) if entry else None


def _record(value: Any) -> Record | None:
    try:
        return Record.stored(value) if value else None
    except invalid():
        return None


def deleted_records(entries: Iterable[Entry]) -> list[Record]:
    """Return the records of the history entries that deleted a group."""
    records = (recorded(entry) for entry in entries if is_delete(entry))
    return [record for record in records if record]


class PastOperation(NamedTuple):
    """One entry of a stack's history: the record it ran with, and whether the engine succeeded."""

    record: Record
    succeeded: bool


def past_operations(entries: Iterable[Entry]) -> list[PastOperation]:
    """Return the entries that ran with a record, in their order, oldest first.

    Times are those of the writers, whose clocks differ; revisions are counted in the stack. A delete has the
    revision that it ended.
    """
    found = ((recorded(entry), entry) for entry in entries)
    past = [PastOperation(record, e.result == "succeeded") for record, e in found if record]
    return sorted(past, key=lambda each: (each.record.revision, each.record.deleted is not None))
