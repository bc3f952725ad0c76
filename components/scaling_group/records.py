"""The record of a group, and what commands show of it."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import Field

from scaling_group.naming import PROJECT, cluster_address, stack_name, web_url
from scaling_group.spec.change import Change
from scaling_group.spec.environment import EnvironmentSpec, Strict
from scaling_group.spec.group import GroupSpec
from scaling_group.tree import Tree


def now() -> datetime:
    """Return the time in UTC, to the second: what records hold."""
    return datetime.now(UTC).replace(microsecond=0)


class Status(StrEnum):
    """The state of a group, derived from live objects whenever it is asked for."""

    PENDING = "Pending"
    UPDATING = "Updating"
    AVAILABLE = "Available"
    DEGRADED = "Degraded"
    SCALED_TO_ZERO = "ScaledToZero"
    FAILED = "Failed"
    DELETED = "Deleted"
    UNKNOWN = "Unknown"


class Action(StrEnum):
    """What an operation did to a group."""

    CREATE = "create"
    UPDATE = "update"
    ROLLBACK = "rollback"
    RESTORE = "restore"
    DELETE = "delete"


class Interruption(Strict):
    """An operation that was killed before the engine could write its history."""

    revision: int
    action: Action | None = None
    time: datetime | None = None
    actor: str = ""


class Record(Strict):
    """What is known of a group. A plain Pulumi program fills in spec, environment and id alone.

    source is the `project/stack` of such a program, empty for the command line's own stack. cluster
    is the UID of the environment's namespace; times are UTC to the second. last_available
    is the newest revision that was seen Available, as noted by the operation after it.
    """

    id: str = ""
    spec: GroupSpec
    environment: EnvironmentSpec
    source: str = ""
    cluster: str = ""
    revision: int = 0
    created: datetime | None = None
    updated: datetime | None = None
    deleted: datetime | None = None
    action: Action | None = None
    actor: str = ""
    message: str = ""
    last_available: int | None = None
    interrupted: tuple[Interruption, ...] = ()

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def stack(self) -> str:
        return stack_name(self.environment.id, self.name)

    @property
    def owner(self) -> str:
        """The Pulumi stack that owns the group: `project/stack`."""
        return self.source or f"{PROJECT}/{self.stack}"

    @property
    def url(self) -> str:
        return web_url(self.environment.id, self.name, self.environment.gateway.domain)

    @property
    def address(self) -> str:
        """In-cluster address with the port: `inference.default.svc:8080`."""
        return f"{cluster_address(self.name, self.environment.namespace)}:{self.spec.port}"

    def to_config(self) -> dict[str, Any]:
        """Return plain JSON without what is unset: the form in config, state and annotation.

        Settings that equal a default stay in: the record says what was in force, also after a
        default has changed.
        """
        whole = self.model_dump(mode="json", exclude_none=True)
        return {key: _set_fields(value) for key, value in whole.items() if value or key == "spec"}

    def with_(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)


def _set_fields(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: field for key, field in value.items() if field not in ({}, [])}


class Result(StrEnum):
    """How an operation ended for the engine; whether pods came up is a matter of status."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class HistoryEntry(Strict):
    """One operation of a group's history. change is the spec's difference to the entry before."""

    name: str
    revision: int
    time: datetime | None
    action: Action | None
    result: Result
    available: bool = Field(description="Whether the revision was seen Available.")
    actor: str
    message: str
    change: str
    id: str
    spec: GroupSpec | None = Field(default=None, description="None for an interrupted operation.")


class Diagnosis(Strict):
    """One cause of a group's trouble, told so that it can be acted on."""

    category: str = Field(description="Stable identifier of the kind of cause: image-not-found.")
    summary: str = Field(description="One sentence with the concrete values.")
    detail: str = Field(default="", description="The evidence: object, field, message, count.")
    resolution: str = Field(description="What to do, with the command or flag.")
    terminal: bool = Field(description="Whether waiting cannot heal it.")
    since: datetime | None = Field(default=None, description="When it began, where that is known.")


class Replicas(Strict):
    """Counts of a Deployment; ready passes its probe, available has done so for long enough."""

    desired: int = 0
    updated: int = 0
    ready: int = 0
    available: int = 0


class Verdict(Strict):
    """What recorded objects of one group tell, without its record: what diagnose shows."""

    name: str
    namespace: str
    status: Status
    reason: str = Field(description="Why the status is what it is; empty when all is well.")
    replicas: Replicas
    diagnoses: tuple[Diagnosis, ...] = Field(description="The cause before its symptoms.")
    taken: datetime | None = Field(description="When the objects were recorded, where that is known.")


class GroupView(Strict):
    """A record with its live status: what create, get, list and delete show."""

    id: str
    name: str
    environment: str
    namespace: str
    image: str
    status: Status
    reason: str = Field(default="", description="Why the status is what it is; empty when all is well.")
    replicas: Replicas
    url: str
    address: str
    revision: int
    created: datetime | None
    updated: datetime | None
    deleted: datetime | None = None
    spec: GroupSpec
    source: str = Field(description="The Pulumi stack that owns the group: project/stack.")
    diagnoses: tuple[Diagnosis, ...] = Field(
        default=(), description="Why it is not available, the cause before its symptoms."
    )
    drift: tuple[str, ...] = Field(
        default=(), description="Where live objects are not what the record says, as get finds it."
    )
    warnings: tuple[str, ...] = Field(default=(), description="What is legal and nearly always wrong.")
    tree: Tree | None = Field(
        default=None, description="What it consists of in the cluster, as get finds it."
    )


class Step(StrEnum):
    """What an operation is going to do with a group or an object."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    UNCHANGED = "unchanged"


class ObjectPlan(Strict):
    """What would happen to one Kubernetes object; changes are those of its labels and its spec."""

    kind: str
    namespace: str
    name: str
    action: Step
    changes: tuple[Change, ...] = ()


class Plan(Strict):
    """What an operation would do: to the spec, and to the objects as the API server answers it."""

    name: str
    action: Step
    changes: tuple[Change, ...] = Field(default=(), description="Changes of the spec.")
    objects: tuple[ObjectPlan, ...] = ()
    replaces_pods: bool = Field(default=False, description="Whether running pods would be replaced.")
