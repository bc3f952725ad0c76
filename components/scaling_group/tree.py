"""What a group consists of in the cluster, as `get` shows it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from scaling_group.spec.strict import Strict


class PodView(Strict):
    """One pod."""

    name: str = Field(description="Its name.")
    state: str = Field(description="What it does: Running, Pending, Terminating, or why it does not run.")
    ready: bool = Field(description="Whether it passes its readiness probe.")
    restarts: int = Field(description="How often its container was started again.")
    node: str = Field(description="Where it runs; empty while it has no place.")
    created: datetime | None = Field(description="When it was made, in UTC.")


class ReplicaSetView(Strict):
    """The pods of one pod template of the Deployment."""

    name: str = Field(description="Its name.")
    revision: int | None = Field(
        default=None, description="The newest revision of the group with these pods; null where unknown."
    )
    number: int | None = Field(description="The number that the Deployment controller has given it.")
    current: bool = Field(description="Whether it is the newest one.")
    desired: int = Field(description="How many pods it is to have.")
    ready: int = Field(description="How many of them are ready.")
    created: datetime | None = Field(description="When it was made, in UTC.")
    pods: tuple[PodView, ...] = Field(description="Its pods by name.")


class ServiceView(Strict):
    """The Service and the addresses behind it."""

    name: str = Field(description="Its name.")
    ready: int | None = Field(description="How many addresses take requests; null where that is unknown.")
    not_ready: int | None = Field(description="How many do not yet, or no more.")


class ConditionView(Strict):
    """What a gateway says of a route."""

    type: str = Field(description="Accepted, ResolvedRefs or another one.")
    status: str = Field(description="True, False or Unknown.")
    reason: str = Field(description="Why, in a word.")
    message: str = Field(description="Why, in the gateway's words.")


class ParentView(Strict):
    """One gateway that the route names."""

    gateway: str = Field(description="namespace/name of the Gateway.")
    section: str = Field(description="Its listener; empty for all of them.")
    conditions: tuple[ConditionView, ...] = Field(description="What it says of the route.")


class RouteView(Strict):
    """The route of the group's own name, and what its gateways say."""

    kind: str = Field(default="HTTPRoute", description="HTTPRoute, or GRPCRoute.")
    name: str = Field(description="Its name.")
    hostnames: tuple[str, ...] = Field(description="Hosts that it serves.")
    path: str = Field(default="/", description="Beginning of the paths that it serves.")
    parents: tuple[ParentView, ...] = Field(description="Gateways that have answered.")


class Tree(Strict):
    """The objects below a group; an object that does not exist or cannot be read is null."""

    replica_sets: tuple[ReplicaSetView, ...] = Field(description="The newest first; old ones with pods.")
    service: ServiceView | None
    route: RouteView | None
    path_routes: tuple[RouteView, ...] = Field(
        default=(), description="The HTTPRoutes of hostnames with a path."
    )


class EventView(Strict):
    """One event of a group's objects, repetitions counted."""

    time: datetime | None = Field(description="When it happened last, in UTC.")
    first: datetime | None = Field(description="When it happened first, in UTC.")
    count: int = Field(description="How often it has happened.")
    type: str = Field(description="Normal or Warning.")
    reason: str = Field(description="What happened, in a word.")
    object: str = Field(description="Kind/name of the object that it is about.")
    message: str = Field(description="What happened.")
