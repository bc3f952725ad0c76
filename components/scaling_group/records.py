"""The record of a group, and what commands show of it."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from scaling_group.naming import PROJECT, cluster_address, stack_name
from scaling_group.shown import ShownGroup
from scaling_group.spec.credentials import secret_fields
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec, recorded
from scaling_group.spec.hostname import hosts_of
from scaling_group.spec.hosts import Host
from scaling_group.spec.later import Later
from scaling_group.spec.model import Model, field
from scaling_group.spec.plain import checked_plain
from scaling_group.spec.written import short

# What few commands show of a group: a list of groups that are well does without these models.
if TYPE_CHECKING:
    from scaling_group.answer import Answer
    from scaling_group.autoscaler import AutoscalerView
    from scaling_group.tree import Tree
else:
    Answer = Annotated[Any, Later("scaling_group.answer", "Answer")]
    AutoscalerView = Annotated[Any, Later("scaling_group.autoscaler", "AutoscalerView")]
    Tree = Annotated[Any, Later("scaling_group.tree", "Tree")]


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
    ADOPT = "adopt"


class Interruption(Model):
    """An operation that was killed before the engine could write its history."""

    revision: int
    action: Action | None = None
    time: datetime | None = None
    actor: str = ""


class Record(Model):
    """What is known of a group. A plain Pulumi program fills in spec, environment and id alone.

    source: the `project/stack` of such a program, empty for the command line's own stack. namespace_uid: of
    the environment's namespace. last_available: the newest revision that the next operation saw Available.
    backend: the URL of the one that holds the stack. adopted: how often another backend has adopted it.
    scaled_by_others: whether an autoscaler that is not the group's decided on its Pods at this revision.
    """

    model_config: ClassVar = {"validate_by_name": True, "validate_by_alias": True}

    id: str = ""
    spec: GroupSpec
    environment: EnvironmentSpec
    source: str = ""
    namespace_uid: str = field(default="", written="cluster")
    revision: int = 0
    created: datetime | None = None
    updated: datetime | None = None
    deleted: datetime | None = None
    action: Action | None = None
    actor: str = ""
    message: str = ""
    last_available: int | None = None
    interrupted: tuple[Interruption, ...] = ()
    backend: str = ""
    adopted: int = 0
    scaled_by_others: bool = False

    @classmethod
    def stored(cls, value: Any) -> Self:
        """Return a record that was accepted when it was made; raises ValidationError.

        More looks like a credential from one version to the next: what a record holds already is excused.
        """
        if (fields := checked_plain(cls, value)) is not None:
            return cls.holding(fields)
        spec = value.get("spec") if isinstance(value, dict) else None
        if isinstance(spec, dict):
            held = spec.get("not_secret") or ()
            if isinstance(held, list | tuple):
                # What is held may be of any form yet.
                more = [name for name in dict.fromkeys(n for _, n in secret_fields(spec)) if name not in held]
                value = {**value, "spec": {**spec, "not_secret": [*held, *more]}} if more else value
        return cls.model_validate(value)

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
    def hosts(self) -> tuple[Host, ...]:
        """Every host that a gateway serves it under, its own first."""
        return hosts_of(self.spec, self.environment)

    @property
    def url(self) -> str:
        return self.hosts[0].url if self.hosts else ""

    @property
    def urls(self) -> tuple[str, ...]:
        """Its URL, and those of its other hostnames."""
        return tuple(each.url for each in self.hosts)

    @property
    def address(self) -> str:
        """In-cluster address with the port: `inference.default.svc:8080`."""
        return f"{cluster_address(self.spec.backend_name, self.environment.namespace)}:{self.spec.port}"

    @property
    def makes_objects(self) -> bool:
        """Whether its operation makes objects that were not there before, and so may take over none."""
        return self.action in (Action.CREATE, Action.RESTORE)

    def to_config(self) -> dict[str, Any]:
        """Return plain JSON without what is unset: the form in config, state and annotation.

        Settings that equal a default stay in: the record says what was in force, also after a
        default has changed.
        """
        whole = short(self)
        whole["spec"] = recorded(whole["spec"])
        return {key: _set_fields(value) for key, value in whole.items() if value or key == "spec"}

    def with_(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)


def _set_fields(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: _set_fields(field) for key, field in value.items() if field not in ({}, [])}


class Result(StrEnum):
    """How an operation ended for the engine; whether pods came up is a matter of status."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    #: Under way, or killed and not yet noted as interrupted by the operation after it.
    UNFINISHED = "unfinished"


class Diagnosis(Model):
    """One cause of a group's trouble, told so that it can be acted on."""

    category: str = field(description="Stable identifier of the kind of cause: image-not-found.")
    summary: str = field(description="One sentence with the concrete values.")
    detail: str = field(default="", description="The evidence: object, field, message, count.")
    resolution: str = field(description="What to do, with the command or flag.")
    terminal: bool = field(description="Whether waiting cannot resolve it.")
    since: datetime | None = field(default=None, description="When it began, where that is known.")


class Replicas(Model):
    """Counts of a Deployment; ready passes its probe, available has done so for long enough."""

    desired: int = field(default=0, description="Desired number.")
    updated: int = field(default=0, description="Number at the newest revision.")
    ready: int = field(default=0, description="Number that pass their readiness probe.")
    available: int = field(default=0, description="Number that have been ready for long enough.")


class GroupView(ShownGroup, Model):
    """A record with its live status: what create, get, list and delete show."""

    id: str = field(description="Its id, kept for life; a name used again has a new one.")
    name: str = field(description="Its name, and that of its objects.")
    environment: str = field(description="Id of its environment.")
    namespace: str = field(description="Namespace of its objects.")
    image: str = field(description="Image of its pods, as in the spec.")
    status: Status = field(description="Its state at this moment.")
    reason: str = field(default="", description="Cause of the status; empty if the group is healthy.")
    replicas: Replicas
    url: str = field(description="Where the gateway serves it; empty for a private group.")
    urls: tuple[str, ...] = field(
        default=(), description="Every URL of it: the one above, then those of its hostnames."
    )
    address: str = field(description="Its address for workloads of the cluster, with the port.")
    revision: int = field(description="Number of its newest revision, 0 for one of a plain Pulumi program.")
    created: datetime | None = field(description="When it was created, in UTC.")
    updated: datetime | None = field(description="When its newest operation was begun, in UTC.")
    deleted: datetime | None = field(default=None, description="When it was deleted; null while it lives.")
    spec: GroupSpec = field(description="What was asked for, every field with its default.")
    source: str = field(description="The Pulumi stack that owns the group: project/stack.")
    diagnoses: tuple[Diagnosis, ...] = field(
        default=(), description="Why it is not available, the cause before its symptoms."
    )
    notes: tuple[Diagnosis, ...] = field(
        default=(), description="What is to be known of a group that serves all the same."
    )
    autoscaler: AutoscalerView | None = field(default=None, description="What scales it; null for nothing.")
    drift: tuple[str, ...] = field(default=(), description="What was changed by hand, by whom and when.")
    warnings: tuple[str, ...] = field(default=(), description="Warnings: legal, but likely not intended.")
    tree: Tree | None = field(
        default=None, description="What it consists of in the cluster, as get finds it."
    )
    answer: Answer | None = field(default=None, description="Whether its URL answers, as --probe finds it.")
    answers: dict[str, Answer] = field(
        default_factory=dict, description="The same of its other URLs, by URL."
    )

    @property
    def answers_everywhere(self) -> bool:
        """Whether no URL that was asked has stayed without an answer of the group."""
        told = [*([self.answer] if self.answer else []), *self.answers.values()]
        return all(each.answered for each in told)


class Step(StrEnum):
    """What an operation is going to do with a group or an object."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    UNCHANGED = "unchanged"
