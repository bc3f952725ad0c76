"""What single commands show. Reads of groups load none of these models: to build them takes time."""

from __future__ import annotations

from datetime import datetime

from scaling_group.records import Action, Diagnosis, Replicas, Result, Status, Step
from scaling_group.spec.change import Change
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.model import Model, field


class HistoryEntry(Model):
    """One operation of a group's history. change is the spec's difference to the entry before."""

    name: str = field(description="Name of the group.")
    revision: int = field(description="Its number; a delete has the one of the revision that it ended.")
    time: datetime | None = field(description="When it was begun, in UTC.")
    action: Action | None = field(description="What was done.")
    result: Result = field(description="How it ended for the engine; whether pods came up is `available`.")
    available: bool = field(description="Whether the revision was seen Available.")
    actor: str = field(description="Who did it: user@host.")
    message: str = field(description="Why, as given with -m.")
    change: str = field(description="What changed in the spec, in one line.")
    id: str = field(description="Id of the group; a name used again has a new one.")
    spec: GroupSpec | None = field(default=None, description="None for an interrupted operation.")


class Verdict(Model):
    """What recorded objects of one group tell, without its record: what diagnose shows."""

    name: str
    namespace: str
    status: Status
    reason: str = field(description="Cause of the status; empty if the group is healthy.")
    replicas: Replicas
    diagnoses: tuple[Diagnosis, ...] = field(description="The cause before its symptoms.")
    notes: tuple[Diagnosis, ...] = field(
        default=(), description="What is to be known of a group that serves all the same."
    )
    taken: datetime | None = field(description="When the objects were recorded, where that is known.")
    more_evidence: tuple[str, ...] = field(default=(), description="What would tell more, by command.")


class ObjectPlan(Model):
    """What would happen to one Kubernetes object; changes are those of its labels and its spec."""

    kind: str = field(description="Deployment, Service or HTTPRoute.")
    namespace: str = field(description="Its namespace.")
    name: str = field(description="Its name.")
    action: Step = field(description="What would be done with it.")
    changes: tuple[Change, ...] = field(default=(), description="Changes of its labels and its spec.")


class Plan(Model):
    """What an operation would do: to the spec, and to the objects as the API server answers it."""

    name: str = field(description="Name of the group.")
    action: Step = field(description="What would be done with it.")
    changes: tuple[Change, ...] = field(default=(), description="Changes of the spec.")
    objects: tuple[ObjectPlan, ...] = field(default=(), description="What would happen to each object.")
    replaces_pods: bool = field(default=False, description="Whether running pods would be replaced.")
    leaves_gap: bool = field(
        default=False,
        description="Whether nothing would serve for a while: the only Pod must release its GPU first.",
    )
    loses_requests: bool = field(default=False, description="Whether requests fail while the port changes.")
    becomes_private: bool = field(default=False, description="Whether no Gateway serves the group any more.")
    swaps_route: bool = field(
        default=False,
        description="Whether requests fail until the gateway has accepted a route of another kind: the old "
        "one is deleted first.",
    )
